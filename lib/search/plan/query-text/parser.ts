import { FIELDS, fieldNamed, valueTypeOf, type FieldName } from "#lib/fields/catalogue";
import type { Field, ValueType } from "#lib/fields/field";
import { didYouMean } from "../closest-name";
import { conjuncts, normalised } from "../normalise";
import { LIMITS } from "../limits";
import type { Clause, Operator, Value } from "../plan";
import { readValue } from "../values";
import { InvalidQueryText } from "./invalid-query-text";
import { tokensOf, type Token } from "./lexer";
import { acceptedOperators, knowsExists, knowsIsTrue, operatorOf, type Keyword } from "./notation";

export interface ParsedText {
  /** In normal form, without dates. */
  readonly where: Clause;
  /** The values that `date` would have as a parameter. */
  readonly dates: readonly string[];
}

const LONGEST_QUOTE = 100;

type Test = Extract<Clause, { readonly kind: "test" }>;

/** A text being read. */
interface Reading {
  readonly mayUse: (field: Field) => boolean;
  peek(): Token;
  take(): Token;
  /** Takes the next token when it is this keyword or punctuation. */
  takes(text: Keyword | "(" | ")" | ","): boolean;
  refuse(problem: string, token?: Token): never;
  test(test: Test, token: Token): Test;
}

/**
 * Reads a query text, by the grammar of docs/super-search.md. A field that `mayUse` refuses is unknown.
 * Throws InvalidQueryText, which says what is wrong where and what is accepted, also for texts of more
 * than 10,000 characters, 50 levels or 1,000 filters.
 */
export function parseQueryText(text: string, mayUse: (field: Field) => boolean): ParsedText {
  if (text.length > LIMITS.queryTextLength)
    throw new InvalidQueryText(
      text,
      LIMITS.queryTextLength,
      `the text has ${text.length} characters, at most ${LIMITS.queryTextLength} are accepted.`,
    );
  const tests = new Map<Test, Token>();
  const reading = readingOf(text, mayUse, tests);
  if (reading.peek().kind === "end") return { where: { kind: "all", of: [] }, dates: [] };
  const clause = normalised(anyOf(reading, 0));
  if (reading.peek().kind !== "end")
    reading.refuse(`expected AND, OR or the end, found ${shown(reading.peek())}.`);
  const [dates, rest] = separateDates(clause);
  for (const date of dates) tests.delete(date);
  for (const [test, token] of tests)
    if (test.field === "date")
      reading.refuse(
        "date limits the whole search: join it to all the rest by AND, outside of NOT and OR.",
        token,
      );
  return {
    where: normalised({ kind: "all", of: rest }),
    dates: dates.map(({ operator, value }) => `${operator}${String(value)}`),
  };
}

function separateDates(clause: Clause): readonly [readonly Test[], readonly Clause[]] {
  const parts = conjuncts(clause);
  const isDate = (part: Clause): part is Test => part.kind === "test" && part.field === "date";
  return [parts.filter(isDate), parts.filter((part) => !isDate(part))];
}

function readingOf(text: string, mayUse: (field: Field) => boolean, tests: Map<Test, Token>): Reading {
  const tokens = tokensOf(text);
  let next = 0;
  const peek = (): Token => tokens[next] ?? { kind: "end", text: "", at: text.length };
  const take = () => {
    const token = peek();
    next += 1;
    return token;
  };
  const refuse = (problem: string, token = peek()): never => {
    throw new InvalidQueryText(text, token.at, problem);
  };
  return {
    mayUse,
    peek,
    take,
    takes(wanted) {
      const token = peek();
      const isIt =
        token.kind === "keyword"
          ? token.keyword === wanted
          : token.kind === "punctuation" && token.text === wanted;
      if (isIt) next += 1;
      return isIt;
    },
    refuse,
    test(test, token) {
      tests.set(test, token);
      if (tests.size > LIMITS.queryTextFilters)
        refuse(`at most ${LIMITS.queryTextFilters} filters are accepted.`, token);
      return test;
    },
  };
}

function anyOf(reading: Reading, depth: number): Clause {
  const of = [allOf(reading, depth)];
  while (reading.takes("OR")) of.push(allOf(reading, depth));
  return { kind: "any", of };
}

function allOf(reading: Reading, depth: number): Clause {
  const of = [negatable(reading, depth)];
  while (reading.takes("AND")) of.push(negatable(reading, depth));
  return { kind: "all", of };
}

function negatable(reading: Reading, depth: number): Clause {
  if (depth > LIMITS.queryTextDepth)
    reading.refuse(`NOT and parentheses may be ${LIMITS.queryTextDepth} deep.`);
  if (reading.takes("NOT")) return { kind: "not", clause: negatable(reading, depth + 1) };
  if (reading.takes("EVERYTHING")) return { kind: "all", of: [] };
  if (reading.takes("NOTHING")) return { kind: "any", of: [] };
  const open = reading.peek();
  if (!reading.takes("(")) return filter(reading);
  const inner = anyOf(reading, depth + 1);
  if (!reading.takes(")"))
    reading.refuse(`expected AND, OR or the ) of column ${open.at + 1}, found ${shown(reading.peek())}.`);
  return inner;
}

/** What NOT may stand before, behind a field. */
const NEGATED: readonly Keyword[] = ["IN", "HAS", "EXISTS"];

/** A field, its operator and its value. */
function filter(reading: Reading): Clause {
  const name = reading.take();
  // Names of annotations may hold anything; those that are no words stand in quotes.
  if (name.kind !== "word" && name.kind !== "quoted")
    return reading.refuse(`expected a field, NOT or (, found ${shown(name)}.`, name);
  const field = fieldNamed(name.text);
  if (!field || !reading.mayUse(field)) return reading.refuse(unknownField(name.text, reading.mayUse), name);
  const negated = reading.takes("NOT");
  const operator = reading.take();
  if (negated && !(operator.kind === "keyword" && NEGATED.includes(operator.keyword)))
    reading.refuse(`expected ${NEGATED.join(", ")} after NOT, found ${shown(operator)}.`, operator);
  const clause = comparison(reading, { field, operator, name });
  return negated !== isNegative(operator) ? { kind: "not", clause } : clause;
}

/** EXISTS is the negation of what it is made of, and a sign says it with its `!`. */
function isNegative(operator: Token): boolean {
  return operator.kind === "keyword" ? operator.keyword === "EXISTS" : operator.text.startsWith("!");
}

interface Filtered {
  readonly field: Field<FieldName>;
  readonly operator: Token;
  readonly name: Token;
}

function comparison(reading: Reading, { field, operator, name }: Filtered): Clause {
  const test = (meant: Operator, value: Value) =>
    reading.test({ kind: "test", field: field.name, operator: meant, value }, name);
  const keyword = operator.kind === "keyword" ? operator.keyword : null;
  if (keyword === "EXISTS" && knowsExists(field)) return test("__null__", null);
  if (keyword === "IS" && knowsIsTrue(field)) return isTrue(reading, test);
  const equality = operatorOf(field, "=");
  if (keyword === "IN" && equality)
    return { kind: "any", of: list(reading, field).map((value) => test(equality, value)) };
  const sign = keyword ?? (operator.kind === "sign" ? operator.text.replace(/^!/, "") : "");
  const meant = operatorOf(field, sign);
  if (meant === undefined)
    return reading.refuse(
      `expected an operator of ${field.name}, which are ${acceptedOperators(field)}; found ${shown(operator)}.`,
      operator,
    );
  return test(meant, readOne(reading, field));
}

function isTrue(reading: Reading, test: (operator: Operator, value: Value) => Test): Clause {
  const negated = reading.takes("NOT");
  const token = reading.take();
  if (token.kind !== "word" || token.text.toUpperCase() !== "TRUE")
    reading.refuse(`expected TRUE or NOT TRUE after IS, found ${shown(token)}.`, token);
  const clause = test("__true__", null);
  return negated ? { kind: "not", clause } : clause;
}

function list(reading: Reading, field: Field): readonly Value[] {
  if (!reading.takes("(")) reading.refuse(`expected ( and values after IN, found ${shown(reading.peek())}.`);
  const values = [readOne(reading, field)];
  while (reading.takes(",")) values.push(readOne(reading, field));
  if (!reading.takes(")")) reading.refuse(`expected , or ) after a value, found ${shown(reading.peek())}.`);
  return values;
}

const WANTED: Readonly<Record<ValueType, string>> = {
  str: "a text",
  enum: "a text",
  int: "a whole number",
  float: "a number",
  bool: "true or false",
  datetime: "a date such as 2026-11-24 or 2026-11-24T12:00:00Z",
};

function readOne(reading: Reading, field: Field): Value {
  const token = reading.take();
  const type = valueTypeOf(field);
  if (token.kind !== "word" && token.kind !== "quoted")
    return reading.refuse(`expected ${WANTED[type]}, found ${shown(token)}.`, token);
  const isOther = type === "bool" && !/^(true|false)$/i.test(token.text);
  const value = isOther ? null : readValue(type, token.text);
  if (value === null)
    return reading.refuse(`${field.name} wants ${WANTED[type]}, found ${shown(token)}.`, token);
  // JavaScript's -0 is no other number.
  return typeof value === "number" ? value + 0 : value;
}

function unknownField(name: string, mayUse: (field: Field) => boolean): string {
  const names = FIELDS.filter(mayUse).map((field) => field.name);
  return `unknown field '${cut(name)}'.${didYouMean(cut(name), names)}`;
}

function shown(token: Token): string {
  return token.kind === "end" ? "the end" : `'${cut(token.text)}'`;
}

function cut(text: string): string {
  return text.length > LONGEST_QUOTE ? `${text.slice(0, LONGEST_QUOTE)}…`.toWellFormed() : text;
}
