import { InvalidParameters } from "#lib/core/errors";
import { fieldNamed, valueTypeOf } from "#lib/fields/catalogue";
import type { Field, ValueType } from "#lib/fields/field";
import type { Value } from "./plan";
import { given, type Parameters } from "./request";
import { isTruthy, readValue } from "./values";

/** Parameters that a form has no say in: a page sets them itself or shows nothing of them. */
const NOT_OF_FORM = /^_(facets_size$|results_|return_query$|aggs\.|histogram)/;

/** The types a form checks, and what it says to values that are not of the type. */
const COMPLAINTS: Partial<Readonly<Record<ValueType, string>>> = {
  int: "Enter a whole number.",
  float: "Enter a number.",
  datetime: "Enter a valid date/time.",
};

/**
 * What a search form's parameters mean. A person is told of a search that cannot find anything: throws
 * InvalidParameters for numbers and dates that are none, for ranges that shut each other out, and for
 * "does not exist" together with anything else. A truth value is yes, no (or missing) or `__null__`,
 * and the last one given counts.
 */
export function formParameters(asked: Parameters, mayUse: (field: Field) => boolean): Parameters {
  const errors: Record<string, readonly string[]> = {};
  const meant = new Map<string, readonly string[]>();
  for (const [name, values] of asked) {
    if (NOT_OF_FORM.test(name)) continue;
    const field = fieldNamed(name);
    const isTruth = field?.query === "bool";
    meant.set(name, isTruth ? given(asked, name).slice(-1).map(truth) : values);
    if (!field || isTruth || !mayUse(field)) continue;
    const complaint = complaintOf(field, given(asked, name));
    if (complaint !== null) errors[name] = [complaint];
  }
  if (Object.keys(errors).length > 0) throw new InvalidParameters(errors);
  return meant;
}

function truth(text: string): string {
  if (text === "__null__" || text === "!__null__") return text;
  return text === "__true__" || isTruthy(text) ? "__true__" : "!__true__";
}

interface Signed {
  readonly sign: string;
  readonly text: string;
  readonly value: Value;
}

function complaintOf(field: Field, values: readonly string[]): string | null {
  const type = valueTypeOf(field);
  const complaint = COMPLAINTS[type];
  if (complaint === undefined) return null;
  const signed = [...new Set(values)].map((value) => takeApart(type, value));
  if (signed.length > 1 && signed.some(({ sign }) => sign === "__null__"))
    return "Can't combine __null__ with other filters";
  const compared = signed.filter(({ sign }) => !sign.endsWith("__null__"));
  if (compared.some(({ value }) => value === null)) return complaint;
  return contradiction(compared);
}

function takeApart(type: ValueType, parameter: string): Signed {
  const [sign = ""] = /^!?(?:__true__|__null__|<=|>=|[$~^@=<>])?/.exec(parameter) ?? [];
  const text = parameter.slice(sign.length);
  return { sign, text, value: readValue(type, text) };
}

/** Every value must lie inside every range that stands beside it. */
function contradiction(values: readonly Signed[]): string | null {
  for (const range of values) {
    const outside = values.find((other) => other !== range && !liesInside(other.value, range));
    if (outside) return `Operator combination failed: ${range.text} ${range.sign} ${outside.text}`;
  }
  return null;
}

function liesInside(value: Value, { sign, value: bound }: Signed): boolean {
  if (value === null || bound === null) return true;
  switch (sign) {
    case ">":
      return value > bound;
    case ">=":
      return value >= bound;
    case "<":
      return value < bound;
    case "<=":
      return value <= bound;
    default:
      return true;
  }
}
