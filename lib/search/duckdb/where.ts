import { fieldNamed } from "#lib/fields/catalogue";
import { listTerms } from "#lib/fields/document";
import type { Field } from "#lib/fields/field";
import { analyse } from "#lib/search/plan/analyse";
import type { Clause, DateBound, Operator, SearchPlan, Value } from "#lib/search/plan/plan";
import { edged, isList, valueColumn, wordsColumn } from "./columns";
import { translateRegexp, type Matcher } from "./lucene-regexp";
import type { Statement } from "./statement";

/** The condition for all filters of a plan, dates included. Throws BadArgument for a bad regular expression. */
export function whereSql(plan: SearchPlan, statement: Statement): string {
  const dates = [boundSql(plan.from, ">", statement), boundSql(plan.to, "<", statement)];
  return [...dates, clauseSql(plan.where, statement)].join(" AND ");
}

function boundSql({ at, inclusive }: DateBound, sign: "<" | ">", statement: Statement): string {
  return `"date" ${sign}${inclusive ? "=" : ""} ${timestampSql(at, statement)}`;
}

/** ISO text in UTC as a timestamp without a zone. */
function timestampSql(iso: string, statement: Statement): string {
  return `${statement.bind(iso.replace(/(Z|\+00:00)$/, ""))}::TIMESTAMP`;
}

/** Always true or false, never null: what a crash has no value for does not match. */
function clauseSql(clause: Clause, statement: Statement): string {
  switch (clause.kind) {
    case "all":
      return clause.of.length === 0
        ? "true"
        : `(${clause.of.map((part) => clauseSql(part, statement)).join(" AND ")})`;
    case "any":
      return clause.of.length === 0
        ? "false"
        : `(${clause.of.map((part) => clauseSql(part, statement)).join(" OR ")})`;
    case "not":
      return `(NOT ${clauseSql(clause.clause, statement)})`;
    case "test":
      return `coalesce(${testSql(fieldNamed(clause.field), clause, statement)}, false)`;
  }
}

interface Test {
  readonly operator: Operator;
  readonly value: Value;
}

function testSql(field: Field, { operator, value }: Test, statement: Statement): string {
  const column = valueColumn(field);
  if (operator === "__null__") return `${column} IS NULL`;
  if (operator === "__true__") return `${column} = true`;
  if (operator === "has") return hasSql(field, value, statement);
  if (operator === "<" || operator === "<=" || operator === ">" || operator === ">=")
    return `${column} ${operator} ${literalSql(field, value, statement)}`;
  return textSql(field, operator, String(value), statement);
}

/** The operator-less form: any word of a text, any term of a list, the value itself of anything else. */
function hasSql(field: Field, value: Value, statement: Statement): string {
  const column = valueColumn(field);
  if (field.index === "text") {
    const words = [...new Set(analyse(String(value)))].map(
      (word) => `contains(${wordsColumn(field)}, ${statement.bind(edged(word))})`,
    );
    return words.length === 0 ? "false" : `(${words.join(" OR ")})`;
  }
  if (field.index === "list") {
    const terms = listTerms(String(value)).map((term) => `list_contains(${column}, ${statement.bind(term)})`);
    return terms.length === 0 ? "false" : `(${terms.join(" OR ")})`;
  }
  if (isList(field)) return `list_contains(${column}, ${statement.bind(String(value))})`;
  return `${column} = ${literalSql(field, value, statement)}`;
}

function literalSql(field: Field, value: Value, statement: Statement): string {
  if (typeof value === "boolean") return String(value);
  if (typeof value === "number")
    return Number.isInteger(value) ? BigInt(value).toString() : `${value}::DOUBLE`;
  return field.index === "date" ? timestampSql(String(value), statement) : statement.bind(String(value));
}

function textSql(
  field: Field,
  operator: "=" | "~" | "^" | "$" | "@",
  value: string,
  statement: Statement,
): string {
  const column = valueColumn(field);
  if (!isList(field)) return patternSql(column, operator, value, statement);
  return `len(list_filter(${column}, lambda item: ${patternSql("item", operator, value, statement)})) > 0`;
}

function patternSql(
  subject: string,
  operator: "=" | "~" | "^" | "$" | "@",
  value: string,
  statement: Statement,
): string {
  switch (operator) {
    case "=":
      return `${subject} = ${statement.bind(value)}`;
    case "~":
      return wildcardSql(subject, `*${value}*`, statement);
    case "^":
      return wildcardSql(subject, `${value}*`, statement);
    case "$":
      return wildcardSql(subject, `*${value}`, statement);
    case "@":
      return matcherSql(subject, translateRegexp(value), statement);
  }
}

/**
 * `*` is any text and `?` any one character; all else stands for itself. Those in the middle are matched by RE2, whose
 * time grows with the length of a value only: LIKE tries all combinations of what several of them could stand for.
 */
function wildcardSql(subject: string, pattern: string, statement: Statement): string {
  const text = pattern.replace(/^\*+|\*+$/g, "");
  const [opens, closes] = [pattern.startsWith("*"), pattern.endsWith("*")];
  if (text === "" && opens) return `${subject} IS NOT NULL`;
  if (!/[*?]/.test(text) && (opens || closes)) {
    const test = opens && closes ? "contains" : opens ? "ends_with" : "starts_with";
    return `${test}(${subject}, ${statement.bind(text)})`;
  }
  const expression = pattern
    .replace(/[\\^$.+()[\]{}|-]/g, "\\$&")
    .replace(/\*+/g, ".*")
    .replaceAll("?", ".");
  return `regexp_full_match(${subject}, ${statement.bind(expression)}, 's')`;
}

function matcherSql(subject: string, matcher: Matcher, statement: Statement): string {
  switch (matcher.kind) {
    case "match":
      return `regexp_full_match(${subject}, ${statement.bind(matcher.pattern)}, 's')`;
    case "not":
      return `(NOT ${matcherSql(subject, matcher.matcher, statement)})`;
    case "all":
    case "any": {
      const parts = matcher.of.map((part) => matcherSql(subject, part, statement));
      return `(${parts.join(matcher.kind === "all" ? " AND " : " OR ")})`;
    }
  }
}
