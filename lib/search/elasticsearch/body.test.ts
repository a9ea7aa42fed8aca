import { describe, expect, it } from "vitest";
import { isJsonObject, type Json } from "#lib/core/json";
import { planOf } from "#lib/search/conformance";
import { searchBody } from "./body";

const dates = {
  range: {
    "processed_crash.date_processed": {
      gte: "2026-11-17T12:00:00.000000+00:00",
      lte: "2026-11-24T12:00:00.000000+00:00",
    },
  },
};
const bodyOf = (query: string) => searchBody(planOf(query), { shardSize: 1000, parentShardSize: 100 });

it("the body of a search has the reference's outer shape", () => {
  expect(
    bodyOf("product=Firefox&_sort=-uptime&_columns=uuid&_columns=cpu_count&_results_offset=5&_facets_size=3"),
  ).toEqual({
    query: {
      bool: { filter: [{ bool: { must: [dates, { match: { "processed_crash.product": "Firefox" } }] } }] },
    },
    aggs: {
      signature: {
        terms: {
          field: "processed_crash.signature.full",
          size: 3,
          shard_size: 1000,
          show_term_doc_count_error: true,
        },
      },
    },
    sort: [
      {
        "processed_crash.uptime": {
          order: "desc",
          missing: "_last",
          unmapped_type: "long",
          numeric_type: "long",
        },
      },
      {
        "processed_crash.date_processed": {
          order: "desc",
          missing: "_last",
          unmapped_type: "date_nanos",
          numeric_type: "date_nanos",
        },
      },
      { crash_order: { order: "asc", unmapped_type: "long" } },
    ],
    from: 5,
    size: 100,
    _source: ["processed_crash.uuid", "processed_crash.json_dump.system_info.cpu_count"],
    track_total_hits: true,
  });
});

describe("a filter becomes a clause", () => {
  /** The clauses beside that of the dates. */
  const clausesOf = (query: string): readonly Json[] => {
    const { query: compiled } = bodyOf(query);
    const text = JSON.stringify(compiled);
    expect(text.startsWith(`{"bool":{"filter":[{"bool":{"must":[${JSON.stringify(dates)}`)).toBe(true);
    const must = isJsonObject(compiled)
      ? (JSON.parse(text) as { bool: { filter: [{ bool: { must: Json[] } }] } }).bool.filter[0].bool.must
      : [];
    return must.slice(1);
  };
  const signature = "processed_crash.signature";
  const missing = (field: string) => ({ bool: { must_not: [{ exists: { field } }] } });

  it.each<[string, Json]>([
    ["signature=a+b", { match: { [signature]: "a b" } }],
    ["signature==a", { term: { [`${signature}.full`]: "a" } }],
    ["signature=~a", { wildcard: { [`${signature}.full`]: "*a*" } }],
    ["signature=^a*", { wildcard: { [`${signature}.full`]: "a**" } }],
    ["signature=$\\", { wildcard: { [`${signature}.full`]: "*\\\\" } }],
    ["signature=@a.*", { regexp: { [`${signature}.full`]: "a.*" } }],
    ["signature=__null__", missing(`${signature}.full`)],
    ["signature=!__null__", { bool: { must_not: [missing(`${signature}.full`)] } }],
    ["version=98.0b", { wildcard: { "processed_crash.version": "98.0b*" } }],
    ["modules_in_stack=A;b", { terms: { "processed_crash.modules_in_stack": ["a", "b"] } }],
    ["safe_mode=__true__", { term: { "processed_crash.safe_mode": true } }],
    ["safe_mode=no", { match: { "processed_crash.safe_mode": false } }],
    ["uptime=>5", { range: { "processed_crash.uptime": { gt: 5 } } }],
    ["memory_explicit=<=5", { range: { "processed_crash.memory_measures.explicit": { lte: 5 } } }],
    ["collector_notes=__null__", missing("processed_crash.collector_notes.full")],
    ["cpu_count=>40000", { match_none: {} }],
    ["cpu_count=<40000", { exists: { field: "processed_crash.json_dump.system_info.cpu_count" } }],
    ["cpu_count=>=-40000", { exists: { field: "processed_crash.json_dump.system_info.cpu_count" } }],
    ["cpu_count=40000", { match_none: {} }],
    ["uptime=9007199254740994", { match: { "processed_crash.uptime": "9007199254740994" } }],
    ["uptime_ts=1e300", { match: { "processed_crash.uptime_ts": 1e300 } }],
    [
      "product=A&product=B",
      {
        bool: {
          should: [
            { match: { "processed_crash.product": "A" } },
            { match: { "processed_crash.product": "B" } },
          ],
          minimum_should_match: 1,
        },
      },
    ],
    [
      "uptime=>1&uptime=<5&uptime=7",
      {
        bool: {
          should: [
            {
              bool: {
                must: [
                  { range: { "processed_crash.uptime": { gt: 1 } } },
                  { range: { "processed_crash.uptime": { lt: 5 } } },
                ],
              },
            },
            { match: { "processed_crash.uptime": 7 } },
          ],
          minimum_should_match: 1,
        },
      },
    ],
  ])("%s", (query, clause) => {
    expect(clausesOf(query)).toEqual([clause]);
  });

  it("for each field, in the order of the fields", () => {
    expect(clausesOf("version=1&product=A")).toEqual([
      { match: { "processed_crash.product": "A" } },
      { match: { "processed_crash.version": "1" } },
    ]);
  });
});

it("dates narrow to the second, with or without their bounds", () => {
  expect(JSON.stringify(bodyOf("date=>2026-11-20T01:02:03&date=<2026-11-21"))).toContain(
    '{"gt":"2026-11-20T01:02:03.000000+00:00","lt":"2026-11-21T00:00:00.000000+00:00"}',
  );
});
