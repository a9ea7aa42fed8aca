import { valueTypeOf } from "#lib/fields/catalogue";
import type { Field, ValueType } from "#lib/fields/field";
import type { Operator } from "../plan";

/** Words of the grammar; they are no values unless quoted. Case does not matter. */
export const KEYWORDS = ["AND", "OR", "NOT", "IN", "HAS", "EXISTS", "IS", "EVERYTHING", "NOTHING"] as const;

export type Keyword = (typeof KEYWORDS)[number];

/** Signs of the grammar, longest first. */
export const SIGNS = [
  "!==",
  "==",
  "!=",
  "!~",
  "!^",
  "!$",
  "!@",
  ">=",
  "<=",
  "=",
  "~",
  "^",
  "$",
  "@",
  ">",
  "<",
];

type Notation = Readonly<Record<string, Operator>>;

const WORDS: Notation = { HAS: "has", "~": "~", "^": "^", $: "$", "@": "@" };
const RANGES: Notation = { ">": ">", ">=": ">=", "<": "<", "<=": "<=" };
const NUMBERS: Notation = { "=": "has", ...RANGES };

/**
 * How operators that want a value are written. `=` is what the search form calls "is" for such a field:
 * exactly the value for texts, what the operator-less parameter asks for all others. Of two signs for
 * one operator the first is the one that is written.
 */
const NOTATIONS: Readonly<Record<ValueType, Notation>> = {
  str: { "=": "=", "==": "=", ...WORDS },
  enum: { "=": "has", "==": "=", ...WORDS },
  int: NUMBERS,
  float: NUMBERS,
  bool: { "=": "has" },
  datetime: RANGES,
};

/** The operator that a sign (or HAS) without its `!` stands for; undefined when the field has none such. */
export function operatorOf(field: Field, sign: string): Operator | undefined {
  const notation = NOTATIONS[valueTypeOf(field)];
  return Object.hasOwn(notation, sign) ? notation[sign] : undefined;
}

/** How an operator that wants a value is written for a field. */
export function signOf(field: Field, operator: Operator): string {
  const found = Object.entries(NOTATIONS[valueTypeOf(field)]).find(([, meant]) => meant === operator);
  return found?.[0] ?? operator;
}

/** Whether a field may be asked for EXISTS; every crash has a date. */
export function knowsExists(field: Field): boolean {
  return valueTypeOf(field) !== "datetime";
}

/** Whether a field may be asked for IS TRUE. */
export function knowsIsTrue(field: Field): boolean {
  return valueTypeOf(field) === "bool";
}

/** All operators of a field, for people. */
export function acceptedOperators(field: Field): string {
  const signs = Object.keys(NOTATIONS[valueTypeOf(field)]);
  const words = [
    ...(operatorOf(field, "=") ? ["IN"] : []),
    ...(knowsExists(field) ? ["EXISTS"] : []),
    ...(knowsIsTrue(field) ? ["IS TRUE"] : []),
  ];
  return [...signs, ...words].join(" ");
}
