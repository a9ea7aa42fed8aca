import fc from "fast-check";
import { FIELDS, hasHistogram, valueTypeOf, type FieldName } from "#lib/fields/catalogue";
import type { Field, ValueType } from "#lib/fields/field";
import { DATE_INTERVALS } from "#lib/search/plan/facets";
import { queryText } from "#lib/search/plan/query-text/printer";
import { anyField, arbitraryClause, askedText, expressions, moment, number } from "./arbitrary-searches";

type Pair = readonly [name: string, value: string];

const SIGNS: Readonly<Record<ValueType, readonly string[]>> = {
  str: ["", "=", "~", "^", "$"],
  enum: [""],
  int: ["", ">", ">=", "<", "<="],
  float: ["", ">", ">=", "<", "<="],
  bool: ["", "__true__"],
  datetime: [">", ">=", "<", "<="],
};
const VALUES: Readonly<Record<ValueType, fc.Arbitrary<string>>> = {
  str: askedText,
  enum: askedText,
  int: number.map((value) => BigInt(Math.trunc(value)).toString()),
  float: number.map(String),
  bool: fc.constantFrom("true", "no", "T", "0"),
  datetime: moment,
};

/** One value of a filter: a sign of its field's, negated or not. */
function valueOf(field: Field): fc.Arbitrary<string> {
  const type = valueTypeOf(field);
  const plain = fc
    .tuple(fc.constantFrom(...SIGNS[type]), VALUES[type])
    .map(([sign, value]) => `${sign}${value}`);
  const expression = expressions.map((value) => `@${value}`);
  return fc
    .tuple(
      fc.constantFrom("", "", "!"),
      fc.oneof(
        { weight: 8, arbitrary: plain },
        { weight: 1, arbitrary: type === "str" ? expression : plain },
        { weight: 1, arbitrary: fc.constant("__null__") },
      ),
    )
    .map(([negation, value]) => `${negation}${value}`);
}

const filters = (field: Field<FieldName>) =>
  fc
    .array(valueOf(field), { minLength: 1, maxLength: 4 })
    .map((values) => values.map((value): Pair => [field.name, value]));

const name = anyField.map((field) => field.name);
const histogram = fc.constantFrom(...FIELDS.filter(hasHistogram)).map((field) => field.name);
const facet = fc.oneof(
  { weight: 4, arbitrary: name },
  { weight: 1, arbitrary: name.map((field) => `_cardinality.${field}`) },
  { weight: 1, arbitrary: histogram.map((field) => `_histogram.${field}`) },
);

const pair = (names: fc.Arbitrary<string> | string, values: fc.Arbitrary<string | number>) =>
  fc
    .tuple(typeof names === "string" ? fc.constant(names) : names, values)
    .map(([parameter, value]): readonly Pair[] => [[parameter, String(value)]]);

const below = fc.array(name, { minLength: 1, maxLength: 3 }).map((fields) => ["_aggs", ...fields].join("."));

const parts = fc.oneof(
  { weight: 4, arbitrary: anyField.chain(filters) },
  { weight: 1, arbitrary: pair("_query", arbitraryClause.map(queryText)) },
  { weight: 2, arbitrary: pair("_facets", facet) },
  { weight: 2, arbitrary: pair(below, facet) },
  {
    weight: 1,
    arbitrary: pair(
      histogram.map((field) => `_histogram.${field}`),
      facet,
    ),
  },
  {
    weight: 1,
    arbitrary: pair("_histogram_interval.date", fc.constantFrom(...Object.keys(DATE_INTERVALS))),
  },
  {
    weight: 1,
    arbitrary: pair(
      histogram.map((field) => `_histogram_interval.${field}`),
      fc.constantFrom(1, 7, 60, 1000),
    ),
  },
  { weight: 1, arbitrary: pair("_facets_size", fc.constantFrom(0, 1, 3, 200)) },
  { weight: 2, arbitrary: pair("_columns", name) },
  {
    weight: 1,
    arbitrary: pair(
      "_sort",
      fc.tuple(fc.constantFrom("", "-"), name).map((words) => words.join("")),
    ),
  },
  { weight: 1, arbitrary: pair("_results_number", fc.constantFrom(0, 1, 20, 1000)) },
  { weight: 1, arbitrary: pair("_results_offset", fc.constantFrom(0, 3, 50)) },
);

const dates = fc
  .constantFrom("date=>=2026-10-25", "date=>2026-11-03&date=<=2026-11-22T11:00:00", "")
  .map((text): readonly Pair[] => [...new URLSearchParams(text)]);

/** The parameters of any search, as a query string; some are refused. */
export const arbitraryQuery: fc.Arbitrary<string> = fc
  .tuple(dates, fc.array(parts, { maxLength: 8 }))
  .map(([range, more]) =>
    new URLSearchParams([...range, ...more.flat()].map(([...both]) => both)).toString(),
  );
