import { fieldNamed } from "#lib/fields/catalogue";
import type { Clause, Operator } from "../plan";
import { nodesOf, rewritten, type Test } from "./clauses";

/** A part of a clause that nothing or nearly everything fits. */
export interface Contradiction {
  readonly message: string;
  /** The whole clause as it was probably meant; null when that cannot be told. */
  readonly meant: Clause | null;
}

/** Ranges that shut each other out, and negations of which one is always true. The clause is in normal form. */
export function* contradictions(clause: Clause): Generator<Contradiction> {
  for (const node of nodesOf(clause)) {
    if (node.kind === "all") yield* emptyRanges(clause, node);
    if (node.kind === "any") yield* alternativeNegations(clause, node);
  }
}

type Joined = Extract<Clause, { readonly kind: "all" | "any" }>;

function* emptyRanges(whole: Clause, node: Joined): Generator<Contradiction> {
  for (const field of new Set(node.of.filter(isNumeric).map((test) => test.field))) {
    const tests = node.of.filter(isNumeric).filter((test) => test.field === field);
    if (!shutOut(tests)) continue;
    const written = tests.map(
      ({ operator, value }) => `${operator === "has" ? "=" : operator} ${String(value)}`,
    );
    yield {
      message: `No ${field} is ${written.slice(0, 5).join(" and ")}, so nothing is found.`,
      meant: turnedAround(whole, node, tests),
    };
  }
}

function isNumeric(clause: Clause): clause is Test & { readonly value: number } {
  return clause.kind === "test" && typeof clause.value === "number";
}

type NumberTest = Test & { readonly value: number };

/** Whether no number passes all tests of one field. */
function shutOut(tests: readonly NumberTest[]): boolean {
  const wholeNumbers = tests.every(({ field }) => fieldNamed(field).query === "integer");
  const lowest = Math.max(...tests.map((test) => lowerBound(test, wholeNumbers)));
  const highest = Math.min(...tests.map((test) => upperBound(test, wholeNumbers)));
  const leavesOut = tests.some((one) => tests.some((other) => touchOnly(one, other)));
  return lowest > highest || (lowest === highest && leavesOut);
}

function lowerBound({ operator, value }: NumberTest, wholeNumbers: boolean): number {
  if (operator === ">") return wholeNumbers ? value + 1 : value;
  return operator.startsWith("<") ? -Infinity : value;
}

function upperBound({ operator, value }: NumberTest, wholeNumbers: boolean): number {
  if (operator === "<") return wholeNumbers ? value - 1 : value;
  return operator.startsWith(">") ? Infinity : value;
}

/** Two bounds at one value, of which one leaves the value out. */
function touchOnly(one: NumberTest, other: NumberTest): boolean {
  const excludes = one.operator === "<" || one.operator === ">";
  return excludes && one.value === other.value && one.operator !== other.operator && !opens(one, other);
}

/** `> 5` and `>= 5` are open to the same side. */
function opens(one: NumberTest, other: NumberTest): boolean {
  return sideOf(one) === sideOf(other);
}

function sideOf({ operator }: NumberTest): "above" | "below" | "at" {
  if (operator.startsWith(">")) return "above";
  return operator.startsWith("<") ? "below" : "at";
}

const TURNED: Partial<Readonly<Record<Operator, Operator>>> = { ">": "<", ">=": "<=", "<": ">", "<=": ">=" };

/** Two bounds that were probably mixed up. */
function turnedAround(whole: Clause, node: Joined, tests: readonly NumberTest[]): Clause | null {
  const [one, other, ...more] = tests;
  if (!one || !other || more.length > 0 || one.value === other.value) return null;
  const signs = [TURNED[one.operator], TURNED[other.operator]];
  if (!signs[0] || !signs[1] || opens(one, other)) return null;
  const turned = node.of.map((part): Clause => {
    if (part !== one && part !== other) return part;
    return { ...part, operator: TURNED[part.operator] ?? part.operator };
  });
  const meant = { kind: node.kind, of: turned };
  return shutOut(turned.filter(isNumeric).filter(({ field }) => field === one.field))
    ? null
    : rewritten(whole, node, meant);
}

function* alternativeNegations(whole: Clause, node: Joined): Generator<Contradiction> {
  const negated = node.of.flatMap((part) =>
    part.kind === "not" && part.clause.kind === "test" ? [part.clause] : [],
  );
  for (const field of new Set(negated.map((test) => test.field))) {
    const isOne = (part: Clause) =>
      part.kind === "not" && part.clause.kind === "test" && part.clause.field === field;
    const parts = node.of.filter(isOne);
    if (parts.length < 2) continue;
    const meant: Clause = {
      kind: "any",
      of: [...node.of.filter((part) => !isOne(part)), { kind: "all", of: parts }],
    };
    yield {
      message: `${parts.length} negations of ${field} are joined by OR, so nearly every crash fits. All of them hold when they are joined by AND.`,
      meant: rewritten(whole, node, meant),
    };
  }
}
