import { crashOrderOf, valueIn, written } from "#lib/elasticsearch/documents";
import { CRASH_ORDER, exactPathOf, pathOf, typeOf } from "#lib/elasticsearch/mapping";
import { isJsonArray, isJsonObject, type Json, type JsonObject } from "#lib/core/json";
import { fieldNamed } from "#lib/fields/catalogue";
import type { IndexType } from "#lib/fields/field";
import { orderOf } from "#lib/search/plan/cursor";
import type { SearchPlan, Sort, Value } from "#lib/search/plan/plan";
import type { SearchResult } from "#lib/search/result";
import { aggregationsOf, type FacetSizes } from "./aggregations";
import { queryOf } from "./query";

/** The body of the request for a plan. `shardSizes` are the numbers of terms that each shard tells of a facet. */
export function searchBody(plan: SearchPlan, shardSizes: Omit<FacetSizes, "size">): JsonObject {
  const { offset, limit, columns, facets, facetSize } = plan;
  const sizes = { ...shardSizes, size: facetSize };
  return {
    query: queryOf(plan),
    ...(facets.length === 0 ? {} : { aggs: aggregationsOf(facets, sizes) }),
    sort: [...orderOf(plan).slice(0, -1).map(sortOf), BY_CRASH_ID],
    ...(plan.after === undefined ? { from: offset } : { search_after: searchAfter(plan, plan.after) }),
    size: limit,
    _source: columns.length === 0 ? false : columns.map((name) => pathOf(fieldNamed(name))),
    track_total_hits: true,
  };
}

/** The last of every order. */
const BY_CRASH_ID: JsonObject = { [CRASH_ORDER]: { order: "asc", unmapped_type: "long" } };

/**
 * A list sorts by its first or last item, crashes without a value come last in both directions. They do so by standing
 * for the largest or least value of a type, so all whole numbers are compared as the widest, where that is the least
 * 64-bit number alone.
 */
function sortOf({ field: name, descending }: Sort): JsonObject {
  const field = fieldNamed(name);
  const { type } = typeOf(field);
  const numeric = NUMERIC_TYPES[field.index];
  return {
    [exactPathOf(field)]: {
      order: descending ? "desc" : "asc",
      missing: field.index === "boolean" ? BEYOND_BOOLEANS[descending ? "desc" : "asc"] : "_last",
      unmapped_type: field.index === "text" ? "keyword" : type,
      ...(numeric === undefined ? {} : { numeric_type: numeric }),
    },
  };
}

const NUMERIC_TYPES: Readonly<Partial<Record<IndexType, string>>> = {
  short: "long",
  integer: "long",
  long: "long",
  date: "date_nanos",
};

/** A place of the plan's order, in the values that the sorts above compare. */
function searchAfter(plan: SearchPlan, after: readonly Value[]): readonly Json[] {
  return orderOf(plan).map(({ field: name, descending }, index) => {
    const value = after[index] ?? null;
    if (name === "uuid" && index === after.length - 1) return crashOrderOf(String(value));
    const field = fieldNamed(name);
    if (value === null) return MISSING[field.index]?.[descending ? "desc" : "asc"] ?? null;
    return typeof value === "boolean" ? Number(value) : written(field, value);
  });
}

/** Of booleans the ends of the type cannot be asked for. */
const BEYOND_BOOLEANS = { asc: 2, desc: -1 };
const MISSING_WHOLE = { asc: "9223372036854775807", desc: "-9223372036854775808" };

/** What stands for no value where it comes last; nothing does so for text. */
const MISSING: Readonly<Partial<Record<IndexType, { readonly asc: Json; readonly desc: Json }>>> = {
  boolean: BEYOND_BOOLEANS,
  short: MISSING_WHOLE,
  integer: MISSING_WHOLE,
  long: MISSING_WHOLE,
  double: { asc: "Infinity", desc: "-Infinity" },
};

/** The hits in an answer: flat, with exactly the columns of the plan. */
export function readHits({ hits }: JsonObject, plan: SearchPlan): SearchResult["hits"] {
  const fields = plan.columns.map((name) => fieldNamed(name));
  const found = isJsonObject(hits) && isJsonArray(hits.hits) ? hits.hits.filter(isJsonObject) : [];
  return found.map(({ _source }) => {
    const source = isJsonObject(_source) ? _source : {};
    return Object.fromEntries(fields.map((field) => [field.name, valueIn(source, field)]));
  });
}

/** How many documents an answer is about. */
export function readTotal({ hits }: JsonObject): number {
  const total: Json | undefined = isJsonObject(hits) && isJsonObject(hits.total) ? hits.total.value : 0;
  return Number(total);
}
