import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { inheritedEnvironment } from "#lib/config/config";
import { isAppError } from "#lib/core/errors";
import { arbitraryQuery } from "#test/arbitrary-parameters";
import { arbitraryDocument, arbitraryPlan } from "#test/arbitrary-searches";
import { ownIndexTemplate, removeIndices } from "#test/elasticsearch-index";
import { planOf } from "./conformance";
import { CORPUS } from "./corpus";
import { openDuckdbEngine } from "./duckdb/engine";
import { openElasticsearchEngine } from "./elasticsearch/engine";
import type { SearchEngine } from "./engine";
import type { SearchPlan } from "./plan/plan";
import type { Facets } from "./result";

/** More of them, or others: `DIFFERENTIAL_SEARCHES=50000 DIFFERENTIAL_SEED=7`. */
const { DIFFERENTIAL_SEARCHES = "2000", DIFFERENTIAL_SEED = "1" } = inheritedEnvironment();
const SEARCHES = Number(DIFFERENTIAL_SEARCHES);
const SEED = Number(DIFFERENTIAL_SEED);

const CRASHES = 20_000;
const BATCH = 5_000;
/** Searches under way at a time. */
const LANES = 4;
const LIMIT_MS = 600_000 + SEARCHES * 500;

describe(`DuckDB and Elasticsearch over ${CRASHES} crashes with nasty values`, () => {
  const url = inject("elasticsearchUrl");
  const template = ownIndexTemplate();
  let duckdb: SearchEngine;
  let elasticsearch: SearchEngine;

  beforeAll(async () => {
    duckdb = await openDuckdbEngine({ path: ":memory:" });
    elasticsearch = openElasticsearchEngine({ url, index: template, shards: 3 });
    const documents = [...CORPUS, ...fc.sample(arbitraryDocument, { numRuns: CRASHES, seed: 1 })];
    await Promise.all(
      [duckdb, elasticsearch].map(async (engine) => {
        for (let from = 0; from < documents.length; from += BATCH)
          await engine.index(documents.slice(from, from + BATCH));
      }),
    );
  });
  afterAll(async () => {
    await duckdb.close();
    await elasticsearch.close();
    await removeIndices(url, template);
  });

  /** Searches that Elasticsearch would not hold in memory. */
  let refused = 0;
  const agreeOn = async (plan: SearchPlan) => {
    const [embedded, served] = await Promise.all([
      duckdb.search(plan),
      elasticsearch.search(plan).catch(nullIfTooComplex),
    ]);
    if (served === null) {
      refused += 1;
      return;
    }
    const expected = { ...embedded, errors: [] };
    const answer = { ...served, facets: adjusted(served.facets, embedded.facets), errors: [] };
    if (!isDeepStrictEqual(answer, expected)) expect(answer).toEqual(expected);
  };

  /** Several of one property at a time; a failure names the seed with which it is the first. */
  const always = async <T>(inputs: fc.Arbitrary<T>, holds: (input: T) => Promise<void>) => {
    const lanes = Array.from({ length: LANES }, (_, lane) =>
      fc.assert(fc.asyncProperty(inputs, holds), {
        seed: SEED + lane,
        numRuns: Math.ceil(SEARCHES / 2 / LANES),
      }),
    );
    const outcomes = await Promise.allSettled(lanes);
    for (const outcome of outcomes) if (outcome.status === "rejected") throw outcome.reason;
    expect(refused).toBeLessThan(SEARCHES / 100);
  };

  it(
    "give the same answer to any search: total, hits, order and facets",
    () => always(arbitraryPlan, agreeOn),
    LIMIT_MS,
  );

  it(
    "give the same answer to any parameters",
    () =>
      always(arbitraryQuery, async (query) => {
        const plan = accepted(query);
        fc.pre(plan !== null);
        await agreeOn(plan);
      }),
    LIMIT_MS,
  );
});

function accepted(query: string): SearchPlan | null {
  try {
    return planOf(query);
  } catch (error) {
    if (isAppError(error)) return null;
    throw error;
  }
}

function nullIfTooComplex(error: unknown): null {
  if (isAppError(error) && error.message.startsWith("Search query is too complex")) return null;
  throw error;
}

/** Elasticsearch estimates cardinalities: those that differ by up to 2 % become those of the other facets. */
function adjusted(estimated: Facets, exact: Facets): Facets {
  return Object.fromEntries(
    Object.entries(estimated).map(([key, facet]): [string, Facets[string]] => {
      const other = exact[key];
      if ("value" in facet) return [key, other && "value" in other && isClose(facet, other) ? other : facet];
      const buckets = other && "value" in other ? [] : (other ?? []);
      return [
        key,
        facet.map((bucket, index) =>
          bucket.facets
            ? { ...bucket, facets: adjusted(bucket.facets, buckets[index]?.facets ?? {}) }
            : bucket,
        ),
      ];
    }),
  );
}

function isClose(estimated: { readonly value: number }, exact: { readonly value: number }): boolean {
  return Math.abs(estimated.value - exact.value) <= exact.value * 0.02;
}
