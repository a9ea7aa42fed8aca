import { describe, expect, it } from "vitest";
import { planOf } from "#lib/search/conformance";
import { aggregationsOf, areExact, readFacets } from "./aggregations";

const facetsOf = (query: string) => planOf(query).facets;
const compiled = (query: string) =>
  aggregationsOf(facetsOf(query), { size: 5, shardSize: 100, parentShardSize: 20 });
const terms = (field: string, shard_size = 100) => ({
  terms: { field: `processed_crash.${field}`, size: 5, shard_size, show_term_doc_count_error: true },
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
      "_facets=product&_aggs.product=_cardinality.version",
      {
        product: {
          ...terms("product.full", 20),
          aggs: {
            cardinality_version: {
              cardinality: { field: "processed_crash.version", precision_threshold: 3_000 },
            },
          },
        },
      },
    ],
    [
      "_facets=product&_aggs.product.version=platform",
      {
        product: {
          ...terms("product.full", 20),
          aggs: { version: { ...terms("version", 20), aggs: { platform: terms("os_name.full") } } },
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

describe("counts where shards left terms out", () => {
  const facets = facetsOf("_facets=product&_aggs.product=version");
  const answer = (unseen: number, bucket: { doc_count: number; error: number }, unseenBelow = 0) => ({
    product: {
      doc_count_error_upper_bound: unseen,
      buckets: [
        {
          key: "a",
          doc_count: bucket.doc_count,
          doc_count_error_upper_bound: bucket.error,
          version: { doc_count_error_upper_bound: unseenBelow, buckets: [{ key: "1", doc_count: 1 }] },
        },
      ],
    },
  });

  it.each([
    ["exact when none did", answer(0, { doc_count: 1, error: 0 }), true],
    ["exact when what is left out is less frequent", answer(4, { doc_count: 5, error: 0 }), true],
    ["inexact when it may be as frequent", answer(5, { doc_count: 5, error: 0 }), false],
    ["inexact when a shard left out one of the answer", answer(1, { doc_count: 5, error: 1 }), false],
    ["inexact when it is so below", answer(0, { doc_count: 5, error: 0 }, 1), false],
  ])("are %s", (_title, given, expected) => {
    expect(areExact(facets, given)).toBe(expected);
  });
});
