import { FIELDS, fieldNamed, hasHistogram } from "#lib/fields/catalogue";
import type { Field } from "#lib/fields/field";
import { closestName, didYouMean } from "../closest-name";
import { fieldsOfPath } from "../facets";
import { given, type Parameters } from "../request";
import { corrected, quote, type Warning } from "./warning";

/** Parameters that are no filters, and what the answer is written like. */
const PARAMETERS = [
  "_columns",
  "_cursor",
  "_explain",
  "_facets",
  "_facets_size",
  "_fields",
  "_format",
  "_query",
  "_results_number",
  "_results_offset",
  "_return_query",
  "_sort",
  "pretty",
];

const LONGEST_NAME = 100;

type MayUse = (field: Field) => boolean;

/** Names of parameters and of fields in their values that say nothing, because there is no such thing. */
export function* unknownNames(asked: Parameters, mayUse: MayUse): Generator<Warning> {
  for (const [name, values] of asked) {
    const wrong = unknownPart(name, mayUse);
    if (wrong) yield renamed(asked, { name, wrong, mayUse });
    else if (/^_(facets|sort|aggs\..*|histogram\..*)$/.test(name))
      yield* unknownValues(asked, { name, values: values.filter((value) => value !== ""), mayUse });
  }
}

/** The part of a parameter's name that is unknown; null when none is. */
function unknownPart(name: string, mayUse: MayUse): string | null {
  if (PARAMETERS.includes(name) || isUsable(name, mayUse)) return null;
  const [, kind, path = ""] = /^_(aggs|histogram|histogram_interval)\.(.*)$/.exec(name) ?? [];
  if (kind === undefined) return name;
  const steps = kind === "aggs" ? fieldsOfPath(name) : [path];
  return steps.find((step) => !isUsable(step, mayUse)) ?? null;
}

interface Renamed {
  readonly name: string;
  readonly wrong: string;
  readonly mayUse: MayUse;
}

function renamed(asked: Parameters, { name, wrong, mayUse }: Renamed): Warning {
  const known = usableNames(mayUse);
  const candidates = wrong === name ? [...known, ...PARAMETERS] : known;
  const short = wrong.slice(0, LONGEST_NAME);
  const meant = closestName(short, candidates);
  const kind = wrong === name ? "parameter" : "field";
  const message = `The ${kind} ${quote(wrong)} is unknown and says nothing.${didYouMean(short, candidates)}`;
  if (meant === null) return { parameter: name, message };
  const right = name.replace(wrong, () => meant);
  const changes = new Map([
    [name, []],
    [right, [...(asked.get(right) ?? []), ...(asked.get(name) ?? [])]],
  ]);
  return { parameter: name, message, suggestion: corrected(asked, changes) };
}

interface Values {
  readonly name: string;
  readonly values: readonly string[];
  readonly mayUse: MayUse;
}

function* unknownValues(asked: Parameters, { name, values, mayUse }: Values): Generator<Warning> {
  for (const value of values) {
    const [, before = "", fieldName = ""] =
      (name === "_sort" ? /^(!?-?)(.*)$/s : /^(!?(?:_cardinality\.|_histogram\.)?)(.*)$/s).exec(value) ?? [];
    const field = fieldNamed(fieldName);
    if (field && mayUse(field)) {
      if (before.endsWith("_histogram.") && !hasHistogram(field))
        yield {
          parameter: name,
          message: `${fieldName} has no histogram, so ${quote(value)} says nothing: only numbers and dates have one.`,
        };
      continue;
    }
    const short = fieldName.slice(0, LONGEST_NAME);
    const known = usableNames(mayUse);
    const meant = closestName(short, known);
    const message = `The field ${quote(fieldName)} is unknown and says nothing.${didYouMean(short, known)}`;
    const others = given(asked, name).map((other) => (other === value ? `${before}${meant}` : other));
    yield meant === null
      ? { parameter: name, message }
      : { parameter: name, message, suggestion: corrected(asked, new Map([[name, others]])) };
  }
}

function isUsable(name: string, mayUse: MayUse): boolean {
  const field = fieldNamed(name);
  return field !== undefined && mayUse(field);
}

function usableNames(mayUse: MayUse): readonly string[] {
  return FIELDS.filter(mayUse).map(({ name }) => name);
}
