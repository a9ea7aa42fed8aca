import { BadArgument } from "#lib/core/errors";
import { formatMicroseconds, parseMicroseconds } from "#lib/core/time";
import { valueTypeOf } from "#lib/fields/catalogue";
import type { Field, ValueType } from "#lib/fields/field";
import type { Operator, Value } from "./plan";

/** One filter value as a parameter has it, taken apart. */
export interface ParsedValue {
  readonly operator: Operator;
  readonly negated: boolean;
  readonly value: Value;
}

/** Signs that may stand before a value, in the order in which they are tried. */
const OPERATORS: Readonly<Record<ValueType, readonly Exclude<Operator, "has">[]>> = {
  str: ["=", "~", "$", "^", "@", "__null__"],
  int: [">=", "<=", "<", ">", "__null__"],
  float: [">=", "<=", "<", ">", "__null__"],
  datetime: [">=", "<=", "<", ">", "__null__"],
  bool: ["__true__", "__null__"],
  enum: ["__null__"],
};

/**
 * Takes a parameter value apart: `!` negates, then the first operator of the field's type that fits,
 * then the value itself. Throws BadArgument when the value is not of the field's type.
 */
export function parseValue(field: Field, text: string): ParsedValue {
  const negated = text.startsWith("!");
  const rest = negated ? text.slice(1) : text;
  const type = valueTypeOf(field);
  const operator = OPERATORS[type].find((sign) => rest.startsWith(sign));
  if (operator === "__null__" || operator === "__true__") return { operator, negated, value: null };
  const value = convert(field.name, type, operator === undefined ? rest : rest.slice(operator.length));
  return { operator: operator ?? "has", negated, value };
}

function convert(name: string, type: ValueType, text: string): Value {
  const value = readValue(type, text);
  if (value === null) throw new BadArgument(`Bad value for parameter ${name}: not a valid ${type}`);
  return value;
}

/** A value of that type without signs, null when the text is none. Dates are ISO 8601 in UTC. */
export function readValue(type: ValueType, text: string): Value {
  return converters[type](text);
}

const converters: Readonly<Record<ValueType, (text: string) => Value>> = {
  str: (text) => text,
  enum: (text) => text,
  bool: isTruthy,
  int: (text) => finite(/^\s*[+-]?\d+(_\d+)*\s*$/, text),
  float: (text) => finite(/^\s*[+-]?(\d[\d_]*\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i, text),
  datetime(text) {
    const microseconds = parseMicroseconds(text);
    return microseconds === null ? null : formatMicroseconds(microseconds);
  },
};

/** A number of that form; `1_000` is 1000. Null for what is too large to be one, too. */
function finite(form: RegExp, text: string): number | null {
  const number = form.test(text) ? Number(text.replaceAll("_", "")) : NaN;
  return Number.isFinite(number) ? number : null;
}

/** The texts that mean yes, in any case. */
export function isTruthy(text: string): boolean {
  return ["true", "t", "1", "y", "yes"].includes(text.toLowerCase());
}
