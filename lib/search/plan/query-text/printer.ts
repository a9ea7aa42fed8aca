import { fieldNamed } from "#lib/fields/catalogue";
import { normalised } from "../normalise";
import type { Clause, Value } from "../plan";
import { operatorOf, signOf } from "./notation";

type Test = Extract<Clause, { readonly kind: "test" }>;

/** What a text stands in, from loosest to tightest. */
type Place = "alone" | "AND" | "NOT";

/**
 * The canonical text of a clause: parsing it gives the clause in normal form again, and every text
 * with that meaning in that order is written like this. Empty for what every crash fits.
 */
export function queryText(clause: Clause): string {
  const plain = normalised(clause);
  return plain.kind === "all" && plain.of.length === 0 ? "" : written(plain, "alone");
}

function written(clause: Clause, place: Place): string {
  switch (clause.kind) {
    case "test":
      return testText(clause, false);
    case "not":
      return negatedText(clause.clause);
    case "all":
      return clause.of.length === 0
        ? "EVERYTHING"
        : joined(
            clause.of.map((part) => written(part, "AND")),
            "AND",
            place,
          );
    case "any":
      return clause.of.length === 0 ? "NOTHING" : joined(alternatives(clause.of), "OR", place);
  }
}

function joined(parts: readonly string[], keyword: "AND" | "OR", place: Place): string {
  const text = parts.join(` ${keyword} `);
  const stands = parts.length === 1 || place === "alone" || (place === "AND" && keyword === "AND");
  return stands ? text : `(${text})`;
}

/** Neighbours that ask whether one field is a value become one list. */
function alternatives(clauses: readonly Clause[]): readonly string[] {
  const runs: Clause[][] = [];
  for (const clause of clauses) {
    const run = runs.at(-1);
    if (run?.[0] && sameEquality(run[0], clause)) run.push(clause);
    else runs.push([clause]);
  }
  return runs.map((run) => {
    const [first] = run;
    const list = run.filter((clause) => clause.kind === "test");
    if (first?.kind === "test" && list.length > 1) return listText(list, "IN");
    // Inside OR, AND needs no parentheses, as at the top.
    return first ? written(first, "alone") : "";
  });
}

function sameEquality(one: Clause, other: Clause): boolean {
  return isEquality(one) && isEquality(other) && one.field === other.field;
}

function isEquality(clause: Clause): clause is Test {
  return clause.kind === "test" && operatorOf(fieldNamed(clause.field), "=") === clause.operator;
}

function negatedText(clause: Clause): string {
  if (clause.kind === "test") return testText(clause, true);
  const [first, ...rest] = clause.kind === "any" ? clause.of : [];
  if (clause.kind === "any" && first && rest.length > 0 && rest.every((part) => sameEquality(first, part)))
    return listText(clause.of.filter(isEquality), "NOT IN");
  return `NOT ${written(clause, "NOT")}`;
}

function listText(tests: readonly Test[], keyword: "IN" | "NOT IN"): string {
  return `${nameText(tests[0]?.field ?? "")} ${keyword} (${tests.map(({ value }) => valueText(value)).join(", ")})`;
}

function testText({ field: name, operator, value }: Test, negated: boolean): string {
  const field = nameText(name);
  if (operator === "__null__") return `${field} ${negated ? "EXISTS" : "NOT EXISTS"}`;
  if (operator === "__true__") return `${field} ${negated ? "IS NOT TRUE" : "IS TRUE"}`;
  const sign = signOf(fieldNamed(name), operator);
  if (!negated) return `${field} ${sign} ${valueText(value)}`;
  if (sign === "HAS") return `${field} NOT HAS ${valueText(value)}`;
  return /^[<>]/.test(sign)
    ? `NOT ${field} ${sign} ${valueText(value)}`
    : `${field} !${sign} ${valueText(value)}`;
}

/** The name of an annotation may be no word. */
function nameText(field: string): string {
  return /^[\p{L}\p{N}_.:+/-]+$/u.test(field) ? field : quoted(field);
}

/** Numbers and truth values stand bare, all else is quoted. */
export function valueText(value: Value): string {
  if (typeof value === "number") return Number.isInteger(value) ? BigInt(value).toString() : String(value);
  return typeof value === "string" ? quoted(value) : String(value);
}

/** What a form field or a terminal would change is written as an escape. */
function quoted(text: string): string {
  const escapes: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };
  const inner = text
    .replace(/["\\]/g, "\\$&")
    .replace(
      /[\p{Cc}\p{Cs}\u2028\u2029]/gu,
      (character) => escapes[character] ?? `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
    );
  return `"${inner}"`;
}
