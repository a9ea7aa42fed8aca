import { fieldNamed, valueTypeOf, type FieldName } from "#lib/fields/catalogue";
import type { Field } from "#lib/fields/field";
import { clauseFor } from "../combine";
import { closestName, didYouMean } from "../closest-name";
import type { Clause, Operator } from "../plan";
import { queryText } from "../query-text/printer";
import { given, type Parameters } from "../request";
import { parseValue } from "../values";
import { rewritten, testsOf } from "./clauses";
import { corrected, correctedByText, quote, type Warning } from "./warning";

/** Values of a filter parameter that are taken for something other than they look like. */
export function* doubtfulValues(asked: Parameters, field: Field<FieldName>): Generator<Warning> {
  const values = given(asked, field.name);
  const type = valueTypeOf(field);
  if (type === "enum") yield* operatorsOfTexts(asked, field, values);
  if (type === "bool") yield* noTruthValues(field, values);
  for (const [index, value] of values.entries()) {
    const { operator, value: meant, negated } = parseValue(field, value);
    const warning = unusual(field, operator, meant);
    if (!warning) continue;
    const sign = `${negated ? "!" : ""}${operator === "has" ? "" : operator}`;
    const others = warning.meant === null ? null : values.with(index, `${sign}${warning.meant}`);
    yield {
      parameter: field.name,
      message: warning.message,
      ...(others && { suggestion: corrected(asked, new Map([[field.name, others]])) }),
    };
  }
}

/** The same for the query text. */
export function* doubtfulTests(asked: Parameters, where: Clause): Generator<Warning> {
  for (const test of testsOf(where)) {
    const warning = unusual(fieldNamed(test.field), test.operator, test.value);
    if (!warning) continue;
    const text =
      warning.meant === null ? null : queryText(rewritten(where, test, { ...test, value: warning.meant }));
    yield {
      parameter: "_query",
      message: warning.message,
      ...(text !== null && { suggestion: corrected(asked, new Map([["_query", [text]]])) }),
    };
  }
}

/** A field of names knows no operators: what looks like one is part of the value. */
function* operatorsOfTexts(
  asked: Parameters,
  field: Field<FieldName>,
  values: readonly string[],
): Generator<Warning> {
  for (const value of values) {
    const [, sign] = /^!?([=~^$@]|[<>]=?)/.exec(value) ?? [];
    if (sign === undefined) continue;
    const message = `${field.name} knows no operator ${sign} as a parameter, so ${quote(value)} is looked for as it stands.`;
    if (/^[<>]/.test(sign)) {
      yield { parameter: field.name, message };
      continue;
    }
    const clause = clauseFor({ ...field, query: "string" }, values);
    yield {
      parameter: field.name,
      message: `${message} A query text knows it.`,
      suggestion: correctedByText(asked, field.name, clause),
    };
  }
}

function* noTruthValues(field: Field<FieldName>, values: readonly string[]): Generator<Warning> {
  for (const value of values) {
    if (/^!?(__true__|__null__|true|t|1|y|yes|false|f|0|n|no)$/i.test(value)) continue;
    yield {
      parameter: field.name,
      message: `${quote(value)} is no truth value and is read as false. ${field.name} takes __true__, !__true__, true, false, __null__ and !__null__.`,
    };
  }
}

interface Unusual {
  readonly message: string;
  readonly meant: string | null;
}

/** A value that a field with a few known values does not have. */
function unusual({ name, choices }: Field, operator: Operator, value: unknown): Unusual | null {
  if (!choices || typeof value !== "string" || (operator !== "has" && operator !== "=")) return null;
  if (choices.includes(value)) return null;
  return {
    message: `${quote(value)} is none of the known values of ${name}: ${choices.join(", ")}.${didYouMean(value.slice(0, 100), choices)}`,
    meant: closestName(value.slice(0, 100), choices),
  };
}
