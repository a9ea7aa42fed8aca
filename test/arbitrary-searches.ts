import fc from "fast-check";
import type { CrashId } from "#lib/core/crash-id";
import type { Json, JsonObject } from "#lib/core/json";
import { formatMicroseconds } from "#lib/core/time";
import { annotationOf } from "#lib/fields/annotations";
import { FIELDS, fieldNamed, hasHistogram, type FieldName } from "#lib/fields/catalogue";
import { searchDocument, type SearchDocument } from "#lib/fields/document";
import type { Field } from "#lib/fields/field";
import { CORPUS_NOW } from "#lib/search/corpus";
import { DATE_INTERVALS, facetKey } from "#lib/search/plan/facets";
import type { Clause, Facet, Operator, SearchPlan, Value } from "#lib/search/plan/plan";

const SECOND = 1_000_000;
const DAY = 86_400 * SECOND;
const NOW = CORPUS_NOW.getTime() * 1000;

/** Text that is unpleasant to at least one engine. */
const texts = [
  "",
  " ",
  "OOM | small",
  "oom | LARGE",
  "mozilla::dom::Foo<T>::Bar",
  "Firefox",
  "firefox",
  "a*b?c%d_e\\f",
  "\\",
  "*",
  "?",
  "%",
  "_",
  "|",
  "Größe naïve",
  "ß",
  "ſ",
  "İstanbul",
  "e\u0301",
  "\u{1F4A5} crash",
  "漢字かな",
  "xul.dll/AAA;ntdll.dll/BBB;;XUL.dll/aaa",
  "a;b",
  ";",
  "line\nbreak",
  "tab\there",
  "1.0.2",
  "98.0b3",
  "don't stop",
  "a:b c_d e-f",
  "'\"quoted\"'",
  "x".repeat(300),
  "__null__",
  "null",
] as const;
const numbers = [
  0,
  1,
  -1,
  5,
  59,
  60,
  61,
  4000,
  0.5,
  -1.5,
  2 ** 15,
  2 ** 31 - 1,
  -(2 ** 31),
  2 ** 31,
  2 ** 53,
  2 ** 53 + 2,
  -(2 ** 63) + 2 ** 11,
  2 ** 15 - 1,
  -(2 ** 15),
  20261101000000,
  1e300,
  -1e300,
] as const;

/** Beyond what an index keeps of a keyword or of a text, and what a keyword may keep but no term can be as long as. */
const longTexts = [
  " padded ",
  "y".repeat(257),
  "word ".repeat(1_640),
  "z".repeat(10_001),
  "ü".repeat(16_384),
  "\u{1F4A5}".repeat(8_192),
  "x;".repeat(16_384),
] as const;
/** Texts that nobody thought of, of a few so that searches find them. */
const randomTexts = fc.sample(fc.string({ unit: "grapheme", maxLength: 12 }), { seed: 1, numRuns: 60 });

/** What searches ask for. */
export const askedText = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...texts) },
  { weight: 1, arbitrary: fc.constantFrom(...randomTexts) },
);
const text = fc.oneof(
  { weight: 180, arbitrary: askedText },
  { weight: 1, arbitrary: fc.constantFrom(...longTexts) },
);
export const number = fc.constantFrom(...numbers);

const SOURCES = FIELDS.filter(({ name }) => name !== "uuid" && name !== "date");
/** Fields of every index type that are often used together, so that generated searches find something. */
const COMMON: readonly FieldName[] = [
  "signature",
  "product",
  "version",
  "addons",
  "modules_in_stack",
  "app_notes",
  "address",
  "uptime",
  "uptime_ts",
  "cpu_count",
  "build_id",
  "install_time",
  "safe_mode",
  "startup_crash",
  "crashing_thread",
  "frame_function",
  "annotation.Custom",
  "annotation.Cust",
  "annotation.odd *?\\'\"[name].é\u{1F4A5}",
];
const common = COMMON.map((name) => fieldNamed(name));

function valueOf(field: Field): fc.Arbitrary<Json> {
  if (field.index === "boolean") return fc.constantFrom<Json[]>(true, false, 1, "true", "no");
  if (field.index !== "keyword" && field.index !== "text" && field.index !== "list") return number;
  return field.multiple ? fc.array(text, { maxLength: 4 }) : text;
}

/** Documents of the last three weeks before the corpus's noon, with any values in any field. */
export const arbitraryDocument: fc.Arbitrary<SearchDocument> = fc
  .record({
    id: fc.uuid({ version: 4 }),
    age: fc.oneof(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 21 * DAY })),
    values: fc.record(
      Object.fromEntries(common.map((field) => [field.name, fc.option(valueOf(field), { freq: 4 })])),
    ),
    others: fc.array(
      fc
        .constantFrom(...SOURCES)
        .chain((field) => valueOf(field).map((value) => ({ name: field.name, value }))),
      { maxLength: 6 },
    ),
  })
  .map(({ id, age, values, others }) => {
    const date = formatMicroseconds(BigInt(NOW - age));
    const uuid = `${id.slice(0, 29)}0${date.slice(2, 10).replaceAll("-", "")}` as CrashId;
    const given = new Map([
      ...Object.entries(values as Record<string, Json>),
      ...others.map(({ name, value }): [string, Json] => [name, value]),
    ]);
    const crash: Record<string, Json> = {};
    const annotations = common.flatMap((field): [string, Json][] => {
      const name = annotationOf(field);
      return name === null ? [] : [[name, given.get(field.name) ?? null]];
    });
    for (const field of SOURCES) {
      const value = given.get(field.name);
      if (value !== undefined && value !== null) place(crash, field.path.split("."), value);
    }
    return searchDocument(
      { signature: "", ...crash, uuid, date_processed: date },
      { ...Object.fromEntries(annotations), uuid, submitted_timestamp: date },
    );
  });

function place(into: Record<string, Json>, [step = "", ...rest]: readonly string[], value: Json): void {
  if (rest.length === 0) {
    into[step] = value;
    return;
  }
  if (rest[0] === "[]") {
    const items = [value].flat().map((item: Json) => {
      const below: Record<string, Json> = {};
      place(below, rest.slice(1), item);
      return below;
    });
    into[step] = [...((into[step] ?? []) as readonly Json[]), ...items];
    return;
  }
  const below = { ...(into[step] as JsonObject | undefined) } as Record<string, Json>;
  into[step] = below;
  place(below, rest, value);
}

export const anyField = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...common) },
  { weight: 1, arbitrary: fc.constantFrom(...FIELDS) },
);

const TEXT_OPERATORS: readonly Operator[] = ["has", "=", "~", "^", "$", "__null__"];
const NUMBER_OPERATORS: readonly Operator[] = [">", ">=", "<", "<=", "has", "__null__"];

export const expressions = fc.constantFrom(
  ".*",
  "",
  "@",
  "#",
  "[a-z]+.*",
  "[^a-z]*",
  "OOM.*",
  '"a*b?c"@',
  "(Firefox|firefox)",
  ".{1,3}",
  "a&.*",
  "~(.*o.*)",
  "\\\\",
  "<1-9>\\..*",
  "x{300}",
);

/** One test of one field, of those that parameters could make. */
const arbitraryTest: fc.Arbitrary<Clause> = anyField.chain((field) => testOf(field));

function testOf(field: Field<FieldName>): fc.Arbitrary<Clause> {
  const test = (operators: readonly Operator[], values: fc.Arbitrary<Value>) =>
    fc
      .record({ operator: fc.constantFrom(...operators), value: values })
      .map((given): Clause => ({ kind: "test", field: field.name, ...given }));
  if (field.index === "boolean") return test(["has", "__true__", "__null__"], fc.boolean());
  if (field.index === "double") return test(NUMBER_OPERATORS, number);
  if (field.index === "date") return test([">", ">=", "<", "<="], moment);
  if (field.index === "short" || field.index === "integer" || field.index === "long")
    return test(NUMBER_OPERATORS, fc.oneof(number.map(Math.trunc), fc.constant(1e20)));
  return fc.oneof(
    { weight: 8, arbitrary: test(TEXT_OPERATORS, askedText) },
    { weight: 1, arbitrary: test(["=", "has"], text) },
    { weight: 1, arbitrary: test(["@"], expressions) },
  );
}

export const arbitraryClause: fc.Arbitrary<Clause> = fc.letrec<{ clause: Clause }>((tie) => ({
  clause: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    arbitraryTest,
    fc.record({ kind: fc.constant("not"), clause: tie("clause") }) as fc.Arbitrary<Clause>,
    fc.record({
      kind: fc.constantFrom("all", "any"),
      of: fc.array(tie("clause"), { maxLength: 3 }),
    }) as fc.Arbitrary<Clause>,
  ),
})).clause;

/** Around the dates of the documents, with and without fractions. */
export const moment = fc
  .oneof(
    fc.integer({ min: -22 * DAY, max: DAY }),
    fc.integer({ min: -22, max: 1 }).map((days) => days * DAY),
    fc.integer({ min: -25, max: 2 }),
  )
  .map((offset) => formatMicroseconds(BigInt(NOW + offset)));

function facetsOf(depth: number): fc.Arbitrary<readonly Facet[]> {
  return fc
    .array(facetOf(depth), { maxLength: depth === 0 ? 3 : 2 })
    .map((facets) => [...new Map(facets.map((facet) => [facetKey(facet), facet])).values()]);
}

function facetOf(depth: number): fc.Arbitrary<Facet> {
  const below = depth < 2 ? facetsOf(depth + 1) : fc.constant([]);
  const units = fc.constantFrom(...new Set(Object.values(DATE_INTERVALS)));
  const terms = fc.record({
    kind: fc.constant("terms"),
    field: anyField.map(({ name }) => name),
    facets: below,
  });
  const cardinality = fc.record({
    kind: fc.constant("cardinality"),
    field: anyField.map(({ name }) => name),
  });
  const histogram = fc.constantFrom(...FIELDS.filter(hasHistogram)).chain((field) =>
    fc.record({
      kind: fc.constant("histogram"),
      field: fc.constant(field.name),
      interval: field.query === "date" ? units : fc.constantFrom(1, 7, 60, 1000, 0.5),
      facets: below,
    }),
  );
  return fc.oneof(
    { weight: 4, arbitrary: terms },
    { weight: 1, arbitrary: cardinality },
    { weight: 2, arbitrary: histogram },
  );
}

const bound = fc.record({ at: moment, inclusive: fc.boolean() });

/** Any search over such documents. */
export const arbitraryPlan: fc.Arbitrary<SearchPlan> = fc.record({
  from: fc.oneof(bound, fc.constant({ at: formatMicroseconds(BigInt(NOW - 30 * DAY)), inclusive: true })),
  to: fc.oneof(bound, fc.constant({ at: formatMicroseconds(BigInt(NOW)), inclusive: true })),
  where: arbitraryClause,
  columns: fc.uniqueArray(
    anyField.map(({ name }) => name),
    { maxLength: 5 },
  ),
  sort: fc.array(fc.record({ field: anyField.map(({ name }) => name), descending: fc.boolean() }), {
    maxLength: 2,
  }),
  offset: fc.constantFrom(0, 0, 3),
  limit: fc.constantFrom(0, 1, 20, 1000),
  facets: facetsOf(0),
  facetSize: fc.constantFrom(1, 3, 50),
});
