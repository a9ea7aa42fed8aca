import { formatDate } from "#lib/core/time";
import { visible } from "#lib/fields/access";
import type { Field } from "#lib/fields/field";
import { clauseFor } from "../combine";
import { normalised } from "../normalise";
import type { ParsedSearch, ParseOptions } from "../parameters";
import { queryText } from "../query-text/printer";
import { filteredFields, given, type Parameters } from "../request";
import { contradictions } from "./contradictions";
import { doubtfulTests, doubtfulValues } from "./doubtful-values";
import { unknownNames } from "./unknown-names";
import { corrected, correctedByText, type Warning } from "./warning";

const MOST_WARNINGS = 20;

/**
 * What a search that was understood probably does not mean, with the search that was probably meant
 * where that can be told: at most 20. What the viewer may not see is unknown here as everywhere.
 */
export function searchWarnings(
  asked: Parameters,
  parsed: ParsedSearch,
  { viewer, now, mode }: ParseOptions,
): readonly Warning[] {
  const mayUse = (field: Field) => visible(viewer, field);
  const warnings = (function* () {
    yield* unknownNames(asked, mayUse);
    yield* dateWarnings(asked, parsed, now);
    for (const field of filteredFields(asked, mayUse)) {
      yield* doubtfulValues(asked, field);
      // A form takes the last truth value only.
      if (mode === "form" && field.query === "bool") continue;
      for (const { message, meant } of contradictions(normalised(clauseFor(field, given(asked, field.name)))))
        yield {
          parameter: field.name,
          message,
          ...(meant && { suggestion: correctedByText(asked, field.name, meant) }),
        };
    }
    yield* textWarnings(asked, parsed);
  })();
  return first(MOST_WARNINGS, warnings);
}

function first<Item>(count: number, items: Iterable<Item>): readonly Item[] {
  const taken: Item[] = [];
  for (const item of items) if (taken.push(item) === count) break;
  return taken;
}

function* textWarnings(asked: Parameters, { text }: ParsedSearch): Generator<Warning> {
  // A text with dates is not written anew: its dates would be lost.
  const mayCorrect = text.dates.length === 0;
  for (const { message, meant } of contradictions(text.where))
    yield {
      parameter: "_query",
      message,
      ...(meant && mayCorrect && { suggestion: corrected(asked, new Map([["_query", [queryText(meant)]]])) }),
    };
  for (const { suggestion, ...warning } of doubtfulTests(asked, text.where))
    yield { ...warning, ...(suggestion !== undefined && mayCorrect && { suggestion }) };
}

const TURNED: Readonly<Record<string, string>> = { "<": ">", ">": "<" };

function* dateWarnings(asked: Parameters, { plan, text }: ParsedSearch, now: Date): Generator<Warning> {
  const dates = given(asked, "date");
  const parameter = dates.length === 0 && text.dates.length > 0 ? "_query" : "date";
  const { from, to } = plan;
  if (from.at > formatDate(now))
    yield {
      parameter,
      message: `The search begins at ${from.at}, which is in the future: no crash has arrived yet.`,
    };
  else if (from.at > to.at || (from.at === to.at && !(from.inclusive && to.inclusive)))
    yield {
      parameter,
      message: `The search begins at ${from.at} and ends at ${to.at}, so nothing is found.`,
      ...(dates.length === 2 &&
        text.dates.length === 0 &&
        from.at > to.at && { suggestion: corrected(asked, new Map([["date", dates.map(turned)]])) }),
    };
}

function turned(date: string): string {
  return date.replace(/^(!?)([<>])/, (_, not: string, sign: string) => not + (TURNED[sign] ?? sign));
}
