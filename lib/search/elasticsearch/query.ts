import {
  ANNOTATION_VALUES,
  ANNOTATION_WORDS,
  annotationText,
  exactPathOf,
  pathOf,
} from "#lib/elasticsearch/mapping";
import { written } from "#lib/elasticsearch/documents";
import type { JsonObject } from "#lib/core/json";
import { formatMicroseconds, parseMicroseconds } from "#lib/core/time";
import { annotationOf } from "#lib/fields/annotations";
import { fieldNamed } from "#lib/fields/catalogue";
import { listTerms } from "#lib/fields/document";
import type { Field, IndexType } from "#lib/fields/field";
import { analyse } from "#lib/search/plan/analyse";
import type { Clause, DateBound, Operator, SearchPlan, Value } from "#lib/search/plan/plan";

const MATCHES_NOTHING = { match_none: {} };
const RANGE_WORDS = { ">": "gt", ">=": "gte", "<": "lt", "<=": "lte" } as const;

/** The query for all filters of a plan: the dates, then a clause for each field. */
export function queryOf(plan: SearchPlan): JsonObject {
  const dates = {
    range: { [pathOf(fieldNamed("date"))]: { ...bound(plan.from, "gt"), ...bound(plan.to, "lt") } },
  };
  const filters = plan.where.kind === "all" ? plan.where.of : [plan.where];
  return { bool: { filter: [{ bool: { must: [dates, ...filters.map(clauseQuery)] } }] } };
}

function bound({ at, inclusive }: DateBound, word: "gt" | "lt"): JsonObject {
  return { [inclusive ? `${word}e` : word]: exactMoment(at) };
}

/** With a fraction: Elasticsearch takes a second without one for all of that second where it is an upper bound. */
function exactMoment(date: string): string {
  const microseconds = parseMicroseconds(date) ?? 0n;
  return formatMicroseconds(microseconds).replace(/(:\d\d)\+/, "$1.000000+");
}

function clauseQuery(clause: Clause): JsonObject {
  switch (clause.kind) {
    case "all":
      return clause.of.length === 0 ? { match_all: {} } : { bool: { must: clause.of.map(clauseQuery) } };
    case "any":
      return anyQuery(clause.of);
    case "not":
      return { bool: { must_not: [clauseQuery(clause.clause)] } };
    case "test":
      return testQuery(fieldNamed(clause.field), clause);
  }
}

function anyQuery(clauses: readonly Clause[]): JsonObject {
  const [only] = clauses;
  if (!only) return MATCHES_NOTHING;
  if (clauses.length === 1) return clauseQuery(only);
  return { bool: { should: clauses.map(clauseQuery), minimum_should_match: 1 } };
}

interface Test {
  readonly operator: Operator;
  readonly value: Value;
}

function testQuery(field: Field, { operator, value }: Test): JsonObject {
  const annotation = annotationOf(field);
  if (annotation !== null) return annotationQuery(annotation, operator, value);
  if (operator === "__null__") return { bool: { must_not: [exists(field)] } };
  if (operator === "__true__") return { term: { [pathOf(field)]: true } };
  if (operator === "has") return hasQuery(field, value);
  if (operator === "<" || operator === "<=" || operator === ">" || operator === ">=")
    return rangeQuery(field, operator, value);
  return textQuery(exactPathOf(field), operator, value);
}

type TextOperator = "=" | "~" | "^" | "$" | "@";

function textQuery(path: string, operator: TextOperator, value: Value): JsonObject {
  if (operator === "=") return { term: { [path]: value } };
  if (operator === "@") return { regexp: { [path]: String(value) } };
  return { wildcard: { [path]: wildcard(operator, value) } };
}

function wildcard(operator: "~" | "^" | "$", value: Value): string {
  return `${operator === "^" ? "" : "*"}${literalBackslashes(value)}${operator === "$" ? "" : "*"}`;
}

/** Annotations are asked for by texts that begin with their names. */
function annotationQuery(name: string, operator: Operator, value: Value): JsonObject {
  const path = ANNOTATION_VALUES;
  if (operator === "__null__") return { bool: { must_not: [{ term: { [ANNOTATION_WORDS]: name } }] } };
  if (operator === "has")
    return {
      terms: { [ANNOTATION_WORDS]: analyse(String(value)).map((word) => annotationText(name, word)) },
    };
  if (operator === "=") return { term: { [path]: annotationText(name, String(value)) } };
  if (operator === "@") return annotationRegexp(name, String(value));
  if (operator !== "~" && operator !== "^" && operator !== "$") return MATCHES_NOTHING;
  const literal = name.replace(/[*?\\]/g, "\\$&");
  return { wildcard: { [path]: annotationText(literal, wildcard(operator, value)) } };
}

/** The second regular expression makes no difference but where parentheses would make the first one of what is none. */
function annotationRegexp(name: string, pattern: string): JsonObject {
  const whole = annotationText(name.replace(/[^\p{L}\p{N}]/gu, "\\$&"), `(${pattern})`);
  return {
    bool: {
      must: [{ regexp: { [ANNOTATION_VALUES]: whole } }],
      should: [{ regexp: { removed_fields: pattern } }],
    },
  };
}

/** By the exact copy: a text without any word is one, too. */
function exists(field: Field): JsonObject {
  return { exists: { field: exactPathOf(field) } };
}

/**
 * `*` and `?` stay what they are to Elasticsearch, any text and any character; all else stands for itself. Of several `*`
 * side by side, which mean the same as one, Elasticsearch would make much.
 */
function literalBackslashes(value: Value): string {
  return String(value).replaceAll("\\", "\\\\").replace(/\*+/g, "*");
}

/** The operator-less form: any word of a text, any term of a list, the value itself of anything else. */
function hasQuery(field: Field, value: Value): JsonObject {
  const path = pathOf(field);
  if (field.index === "list") return { terms: { [path]: listTerms(String(value)) } };
  if (field.index === "date")
    return { range: { [path]: { gte: exactMoment(String(value)), lte: exactMoment(String(value)) } } };
  if (typeof value === "number" && beyond(field, value) !== null) return MATCHES_NOTHING;
  return { match: { [path]: typeof value === "number" ? written(field, value) : value } };
}

function rangeQuery(field: Field, operator: keyof typeof RANGE_WORDS, value: Value): JsonObject {
  const path = pathOf(field);
  const word = RANGE_WORDS[operator];
  if (typeof value !== "number")
    return { range: { [path]: { [word]: field.index === "date" ? exactMoment(String(value)) : value } } };
  const side = beyond(field, value);
  if (side === null) return { range: { [path]: { [word]: written(field, value) } } };
  const fits = (side === "above") === operator.startsWith("<");
  return fits ? exists(field) : MATCHES_NOTHING;
}

const BOUNDS: Readonly<Partial<Record<IndexType, number>>> = {
  short: 2 ** 15,
  integer: 2 ** 31,
  long: 2 ** 63,
};

/** On which side of all values that a field can hold a number is; Elasticsearch refuses such numbers. */
function beyond({ index }: Field, value: number): "above" | "below" | null {
  const limit = BOUNDS[index] ?? Infinity;
  if (value >= limit) return "above";
  return value < -limit ? "below" : null;
}
