import { describe, expect, it } from "vitest";
import type { JsonObject } from "#lib/core/json";
import { planOf } from "#lib/search/conformance";
import { FILTER_CASES } from "#lib/search/filter-cases";
import { refuseUnsafe } from "./allowed-query";
import { searchBody } from "./body";

const script = { source: "1" };
const terms = { field: "processed_crash.product" };

/** What an attacker would try, by what it would do. */
const UNSAFE: readonly (readonly [string, JsonObject])[] = [
  ["scripts in fields", { script_fields: { a: { script } } }],
  ["runtime fields", { runtime_mappings: { a: { type: "long", script } } }],
  ["another moment", { pit: { id: "x" } }],
  ["suggestions", { suggest: { text: "a" } }],
  ["a script query", { query: { script: { script } } }],
  ["a script in a score", { query: { script_score: { query: { match_all: {} }, script } } }],
  ["a function of a score", { query: { function_score: { functions: [] } } }],
  ["a body in disguise", { query: { wrapper: { query: "e30=" } } }],
  ["a look-up in another index", { query: { terms: { a: { index: "others", id: "1", path: "b" } } } }],
  ["documents of another index", { query: { more_like_this: { like: [{ _index: "others", _id: "1" }] } } }],
  ["percolation", { query: { percolate: { field: "a", index: "others", id: "1" } } }],
  ["a shape of another index", { query: { geo_shape: { a: { indexed_shape: { index: "others" } } } } }],
  ["one below others", { query: { bool: { must: [{ bool: { filter: { script: { script } } } }] } } }],
  ["one in a constant score", { query: { constant_score: { filter: { script: { script } } } } }],
  ["one behind the search", { post_filter: { script: { script } } }],
  ["a sort by script", { sort: { _script: { script, type: "number" } } }],
  ["a sort by a nested filter", { sort: [{ a: { nested: { filter: { script: { script } } } } }] }],
  ["a scripted metric", { aggs: { a: { scripted_metric: { map_script: "1" } } } }],
  ["a script in an aggregation", { aggs: { a: { terms: { script } } } }],
  ["a script in a source", { aggs: { a: { composite: { sources: [{ b: { terms: { script } } }] } } } }],
  ["a script of buckets", { aggs: { a: { terms, aggs: { b: { bucket_script: { script } } } } } }],
  ["a script in a filter", { aggs: { a: { filter: { script: { script } } } } }],
  ["a script in filters", { aggregations: { a: { filters: { filters: { b: { script: { script } } } } } } }],
  ["a script in top hits", { aggs: { a: { top_hits: { script_fields: { b: { script } } } } } }],
  ["a field called like an object's own", { query: { constructor: {} } }],
];

describe("a custom query", () => {
  it.each(UNSAFE)("with %s is refused, and told what is allowed", (_, body) => {
    const refusing = () => refuseUnsafe(body);
    expect(refusing).toThrow(/is not allowed in a custom query.*Allowed are: /);
    expect(refusing).toThrow(expect.objectContaining({ code: "forbidden" }));
  });

  it.each(FILTER_CASES)("may be what the engine itself asks for %s", (query) => {
    const plan = planOf(`${query}&_aggs.product=_cardinality.version&_histogram.date=product&_sort=-uptime`);
    expect(() =>
      refuseUnsafe({ ...searchBody(plan, { shardSize: 10_000, parentShardSize: 1_000 }), aggs: {} }),
    ).not.toThrow();
  });

  it("may have text queries, filters as aggregations, and pages", () => {
    const body = {
      query: { query_string: { query: "processed_crash.product:(Fire* OR Fenix)" } },
      size: 10_000,
      sort: [{ "processed_crash.uptime": { order: "desc" } }, "_doc"],
      aggs: {
        some: {
          filters: { filters: { a: { match: { "processed_crash.signature": { query: "OOM small" } } } } },
          aggs: { top: { top_hits: { size: 3, _source: ["crash_id"] } } },
        },
      },
    };
    expect(() => refuseUnsafe(body)).not.toThrow();
  });

  it("is refused where it is too deep, too large, or no query at all", () => {
    const deep = Array.from({ length: 60 }).reduce<JsonObject>((inner) => ({ bool: { must: inner } }), {
      match_all: {},
    });
    expect(() => refuseUnsafe({ query: deep })).toThrow("nested deeper than 50 levels");
    expect(() => refuseUnsafe({ size: 10_001 })).toThrow("at most 10000 is accepted");
    expect(() => refuseUnsafe({ aggs: { a: { terms: { ...terms, size: 2 ** 31 } } } })).toThrow("at most");
    expect(() => refuseUnsafe({ query: { regexp: { a: "((a{1,1000}){1,1000})" } } })).toThrow("repeats");
    expect(() => refuseUnsafe({ query: [] })).toThrow("JSON objects");
  });
});
