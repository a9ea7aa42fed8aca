import { newCrashId } from "#lib/core/crash-id";
import { FIELDS } from "#lib/fields/catalogue";
import type { SearchDocument } from "#lib/fields/document";
import type { Field } from "#lib/fields/field";
import { CORPUS_NOW } from "#lib/search/corpus";

/** A name under which a search could ask for protected data. */
export interface ProtectedName {
  readonly name: string;
  /** What stands under it, in the one corpus and in the other. */
  readonly values: readonly [unknown, unknown];
}

/** Every such name. Another source of names is another line here. */
export const PROTECTED_NAMES: readonly ProtectedName[] = [...protectedFields(), ...protectedAnnotations()];

function protectedFields(): readonly ProtectedName[] {
  return FIELDS.filter(({ access }) => access === "protected").map((field, index) => {
    return { name: field.name, values: valuesOf(field, index) };
  });
}

/** One that nothing is known of, and one that is known to be protected. */
function protectedAnnotations(): readonly ProtectedName[] {
  return ["PlantedNote", "URL"].map((name) => {
    return { name: `annotation.${name}`, values: [`secret ${name} one`, `other ${name} two`] };
  });
}

function valuesOf(field: Field, index: number): readonly [unknown, unknown] {
  if (field.index === "boolean") return [true, false];
  const isText = field.index === "keyword" || field.index === "text" || field.index === "list";
  if (!isText) return [1_000 + index, 7_000 + index];
  const texts = [`secret${index} one`, `other${index} two`] as const;
  return field.multiple || field.index === "list" ? [[texts[0]], [texts[1]]] : texts;
}

const CRASHES = 12;
const PRODUCTS = ["Firefox", "Fenix", "Kestrel"] as const;
const uuids = Array.from({ length: CRASHES }, (_, n) => newCrashId(hoursAgo(n), crypto.randomUUID(), 0));

/**
 * Two corpora of the same crashes, which differ in nothing but protected data: in its values, and in which crashes have
 * any.
 */
export const CORPORA: readonly [readonly SearchDocument[], readonly SearchDocument[]] = [
  corpus(0),
  corpus(1),
];

function corpus(which: 0 | 1): readonly SearchDocument[] {
  return uuids.map((uuid, n): SearchDocument => {
    const hidden = PROTECTED_NAMES.map(({ name, values }, index) => {
      return (n + index + which) % (which === 0 ? 2 : 3) === 0 ? [] : [[name, values[which]]];
    });
    return {
      ...(Object.fromEntries(hidden.flat()) as Partial<SearchDocument>),
      uuid,
      date: hoursAgo(n).toISOString().replace("Z", "+00:00"),
      signature: `signature ${n % 4}`,
      product: PRODUCTS[n % 3] ?? "Firefox",
      version: `${100 + (n % 2)}.0`,
      uptime: n * 10,
    };
  });
}

/** So that every week of the last seven days has some. */
function hoursAgo(n: number): Date {
  return new Date(CORPUS_NOW.getTime() - (n * 13 + 1) * 3_600_000);
}

const OPERATORS = ["", "=", "~", "^", "$", "@", ">", ">=", "<", "<="];
const SIGNS = ["=", "==", "!=", "!==", "~", "!~", "^", "$", "@", ">", ">=", "<", "<=", "HAS"];

/** Query strings with a name in every place where one can stand. */
export function pryingQueries({ name, values: [value] }: ProtectedName): readonly string[] {
  const text = String(value);
  const filters = OPERATORS.flatMap((operator) => [operator + text, `!${operator}${text}`]);
  const presence = ["__null__", "!__null__", "__true__", "!__true__"];
  const tests = [
    ...SIGNS.map((sign) => `${name} ${sign} ${JSON.stringify(text)}`),
    ...["EXISTS", "NOT EXISTS", "IS TRUE", "IS NOT TRUE", `IN (${JSON.stringify(text)})`].map(
      (test) => `${name} ${test}`,
    ),
  ];
  const deep = Array.from({ length: 19 }, () => "product").join(".");
  const plain = [
    ...[...filters, ...presence].map((filter) => `${name}=${encodeURIComponent(filter)}`),
    ...[...tests, `NOT (${tests.join(" OR ")})`, `product = "Fenix" OR ${name} EXISTS`].map(
      (query) => `_query=${encodeURIComponent(query)}`,
    ),
    ...[name, `!${name}`, `_cardinality.${name}`, `_histogram.${name}`].flatMap((facet) => [
      `_facets=${facet}`,
      `_aggs.product=${facet}`,
      `_aggs.product.version.signature=${facet}`,
      `_histogram.date=${facet}`,
      `_histogram.uptime=${facet}`,
    ]),
    `_aggs.${name}=product`,
    `_aggs.${name}.product=version`,
    `_aggs.product.${name}=version`,
    `_aggs.product.${name}.version=signature`,
    `_aggs.${deep}.${name}=version`,
    `_histogram.${name}=product`,
    `_histogram_interval.${name}=1`,
    ...[name, `-${name}`, `!${name}`, `!-${name}`].map((sort) => `_sort=${sort}`),
    `_columns=${name}`,
    `_columns=!${name}`,
    `_columns=uuid&_columns=${name}`,
    // What is nearly the name is no way to hear more of it.
    ...["=1", "_facets=", "_sort=", "_aggs.product="].map((place) =>
      place === "=1" ? `${name}x=1` : `${place}${name}x`,
    ),
  ];
  return [...plain, `_return_query=1&${name}=1`];
}
