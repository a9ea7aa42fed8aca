import { describe, expect, it } from "vitest";
import { planOf } from "#lib/search/conformance";
import { aggregationsOf, areExact, readFacets } from "./aggregations";

const facetsOf = (query: string) => planOf(query).facets;
const compiled = (query: string) => aggregationsOf(facetsOf(query), { size: 5, shardSize: 100 });
const terms = (field: string) => ({
  terms: { field: `processed_crash.${field}`, size: 5, shard_size: 100 },
});

describe("facets become aggregations", () => {
  it.each([
    ["_facets=product", { product: terms("product.full") }],
    ["_facets=version", { version: terms("version") }],
    ["_facets=date", { date: terms("date_processed.full") }],
    [
      "_facets=_cardinality.platform",
      {
        cardinality_platform: {
          cardinality: { field: "processed_crash.os_name.full", precision_threshold: 40_000 },
        },
      },
    ],
    [
      "_facets=_histogram.date&_histogram_interval.date=1M",
      {
        histogram_date: {
          date_histogram: {
            field: "processed_crash.date_processed",
            calendar_interval: "month",
            min_doc_count: 1,
          },
        },
      },
    ],
    [
      "_facets=_histogram.uptime&_histogram_interval.uptime=60",
      {
        histogram_uptime: {
          histogram: { field: "processed_crash.uptime", interval: 60, min_doc_count: 1 },
        },
      },
    ],
    [
      "_facets=product&_aggs.product.version=platform",
      {
        product: {
          ...terms("product.full"),
          aggs: { version: { ...terms("version"), aggs: { platform: terms("os_name.full") } } },
        },
      },
    ],
  ])("%s", (query, expected) => {
    expect(compiled(query)).toEqual(expected);
  });
});

it("answers become facets: booleans as letters, dates with their offset", () => {
  const answer = {
    safe_mode: { buckets: [{ key: 0, key_as_string: "false", doc_count: 3 }] },
    histogram_date: {
      buckets: [
        {
          key: Date.UTC(2026, 10, 24),
          doc_count: 2,
          cardinality_version: { value: 2 },
        },
      ],
    },
  };
  const facets = facetsOf("_facets=safe_mode&_histogram.date=_cardinality.version");
  expect(readFacets(facets, answer)).toEqual({
    safe_mode: [{ term: "F", count: 3 }],
    histogram_date: [
      { term: "2026-11-24T00:00:00+00:00", count: 2, facets: { cardinality_version: { value: 2 } } },
    ],
  });
  expect(readFacets(facets, undefined)).toEqual({ safe_mode: [], histogram_date: [] });
});

it("counts are inexact when a shard left terms out, at any level", () => {
  const facets = facetsOf("_facets=product&_aggs.product=version");
  const answer = (outer: number, inner: number) => ({
    product: {
      doc_count_error_upper_bound: outer,
      buckets: [{ key: "a", doc_count: 1, version: { doc_count_error_upper_bound: inner, buckets: [] } }],
    },
  });
  expect([answer(0, 0), answer(1, 0), answer(0, 1)].map((each) => areExact(facets, each))).toEqual([
    true,
    false,
    false,
  ]);
});
