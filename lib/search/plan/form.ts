import type { Field, QueryType } from "#lib/fields/field";

/** What a person can choose to ask of a field, and how it is written in front of a value. */
export interface FormOperator {
  readonly sign: string;
  readonly label: string;
  /** Whether a value is wanted after it. */
  readonly takesValue: boolean;
}

const operator = (sign: string, label: string): FormOperator => ({
  sign,
  label,
  takesValue: !sign.includes("__"),
});

const PRESENCE = [operator("!__null__", "exists"), operator("__null__", "does not exist")];
const RANGES = [operator(">", ">"), operator(">=", "≥"), operator("<", "<"), operator("<=", "≤")];

/** The operators of a form, by the kind of field; the first is the one that is offered. */
export const FORM_OPERATORS: Readonly<Record<QueryType, readonly FormOperator[]>> = {
  string: [
    operator("~", "contains"),
    operator("!~", "does not contain"),
    operator("=", "is exactly"),
    operator("!=", "is not"),
    operator("^", "starts with"),
    operator("!^", "does not start with"),
    operator("$", "ends with"),
    operator("!$", "does not end with"),
    operator("@", "matches regular expression"),
    operator("!@", "does not match regular expression"),
    operator("", "has terms"),
    operator("!", "does not have terms"),
    ...PRESENCE,
  ],
  enum: [operator("", "is"), operator("!", "is not"), ...PRESENCE],
  integer: [operator("", "="), operator("!", "≠"), ...RANGES, ...PRESENCE],
  float: [operator("", "="), operator("!", "≠"), ...RANGES, ...PRESENCE],
  bool: [operator("__true__", "is true"), operator("!__true__", "is not true"), ...PRESENCE],
  date: RANGES,
};

/** One line of a search form. */
export interface FormLine {
  readonly field: string;
  readonly sign: string;
  readonly value: string;
}

/** Longest first, so that `!=` is not taken for `!`. */
const bySignLength = (one: FormOperator, other: FormOperator) => other.sign.length - one.sign.length;

/** The form line of a filter parameter. */
export function formLine({ name, query }: Pick<Field, "name" | "query">, parameter: string): FormLine {
  const found = [...FORM_OPERATORS[query]].sort(bySignLength).find(({ sign }) => parameter.startsWith(sign));
  const sign = found?.sign ?? "";
  return { field: name, sign, value: found && !found.takesValue ? "" : parameter.slice(sign.length) };
}

/** The filter parameter of a form line; null for a line that says nothing yet. */
export function lineParameter({ sign, value }: FormLine): string | null {
  if (sign.includes("__")) return sign;
  return value.trim() === "" ? null : sign + value;
}

/** A field's name as people read it. */
export function fieldLabel(name: string): string {
  return name.replaceAll("_", " ");
}
