import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { arbitraryDocument, arbitraryPlan } from "#test/arbitrary-searches";
import { ownIndexTemplate, removeIndices } from "#test/elasticsearch-index";
import { CORPUS } from "./corpus";
import { openDuckdbEngine } from "./duckdb/engine";
import { openElasticsearchEngine } from "./elasticsearch/engine";
import type { SearchEngine } from "./engine";
import type { SearchPlan } from "./plan/plan";

const RUNS = 200;

describe("DuckDB and Elasticsearch", () => {
  const url = inject("elasticsearchUrl");
  const template = ownIndexTemplate();
  let engines: readonly SearchEngine[];

  beforeAll(async () => {
    engines = [
      await openDuckdbEngine({ path: ":memory:" }),
      openElasticsearchEngine({ url, index: template, shards: 3 }),
    ];
    const documents = [...CORPUS, ...fc.sample(arbitraryDocument, { numRuns: 400, seed: 1 })];
    for (const engine of engines) await engine.index(documents);
  });
  afterAll(async () => {
    for (const engine of engines) await engine.close();
    await removeIndices(url, template);
  });

  /** All of an answer but what is missing of it, or the kind of error. */
  const answers = (plan: SearchPlan) =>
    Promise.all(
      engines.map(async (engine) => {
        const { hits, total, facets } = await engine.search(plan);
        return { hits, total, facets };
      }),
    );

  it("give the same answer to any search: total, hits, order and facets", async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryPlan, async (plan) => {
        const [embedded, served] = await answers(plan);
        expect(served).toEqual(embedded);
      }),
      { numRuns: RUNS },
    );
  });
});
