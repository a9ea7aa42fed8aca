import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { anonymous, viewerWith, type Viewer } from "#lib/core/viewer";
import { CORPUS, CORPUS_NOW } from "#lib/search/corpus";
import { openDuckdbEngine } from "#lib/search/duckdb/engine";
import type { SearchEngine } from "#lib/search/engine";
import type { SearchPlan } from "#lib/search/plan/plan";
import { answerCache, type AnswerCache } from "./answer-cache";
import { announcingWrites, searchReader, type SearchReader } from "./search-reader";
import { superSearch, type SearchAnswer } from "./super-search";

let duckdb: SearchEngine;
beforeAll(async () => {
  duckdb = await openDuckdbEngine({ path: ":memory:" });
  await duckdb.index(CORPUS);
});
afterAll(() => duckdb.close());

const VIEWERS: readonly Viewer[] = [
  anonymous,
  viewerWith("reader@example.com", ["view_rawdump"]),
  viewerWith("analyst@example.com", ["view_pii"]),
];

let clock: number;
let asked: SearchPlan[];
let engine: SearchEngine;
let cache: AnswerCache;
let reader: SearchReader;
beforeEach(() => {
  clock = 1000;
  asked = [];
  cache = answerCache({ sizeBytes: 10_000_000, clock: () => clock });
  const watched: SearchEngine = {
    ...duckdb,
    search(plan, signal) {
      asked.push(plan);
      return duckdb.search(plan, signal);
    },
  };
  engine = announcingWrites(watched, () => {
    cache.clear();
  });
  reader = searchReader(engine, cache);
});

const ask = (query: string, asking: { viewer?: Viewer; now?: Date; fresh?: boolean } = {}) =>
  superSearch(reader, new URLSearchParams(query), {
    viewer: anonymous,
    now: CORPUS_NOW,
    ...asking,
  }) as Promise<SearchAnswer>;

const PARTS = [
  [
    "",
    "product=Firefox",
    "signature=~a",
    "url=~http",
    "user_comments=!__null__",
    "_query=platform%20%3D%20Windows",
  ],
  ["", "_columns=uuid&_columns=signature", "_columns=uuid&_columns=url"],
  ["", "_facets=product", "_facets=url", "_aggs.product=url", "_aggs.product=version"],
  ["", "_sort=-date", "_sort=url", "_sort=-uptime"],
  [
    "",
    "_results_number=1",
    "_results_number=0&_facets_size=2",
    "_results_number=2&_results_offset=1",
    "_cursor=*",
  ],
  ["", "date=%3E%3D2026-01-01", "date=%3C2026-11-20&date=%3E2026-10-01"],
] as const;

const searches = fc.record({
  query: fc
    .tuple(...PARTS.map((parts) => fc.constantFrom(...parts)))
    .map((parts) => parts.filter(Boolean).join("&")),
  viewer: fc.constantFrom(...VIEWERS),
});

describe("searchReader", () => {
  it("gives each viewer the answer that the engine would give", async () => {
    const write = fc.record({ index: fc.nat(CORPUS.length - 1), isThere: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof({ weight: 8, arbitrary: searches }, write), { maxLength: 20 }),
        async (steps) => {
          for (const step of steps) {
            if ("query" in step) {
              const { query, viewer } = step;
              expect(await ask(query, { viewer })).toEqual(await ask(query, { viewer, fresh: true }));
              continue;
            }
            const document = CORPUS[step.index];
            if (document) await (step.isThere ? engine.index([document]) : engine.remove([document.uuid]));
          }
        },
      ),
      { numRuns: 25 },
    );
    await engine.index(CORPUS);
  });

  it("gives an answer to nobody who may see something else", async () => {
    for (const viewer of VIEWERS) await ask("_columns=uuid&_columns=url", { viewer });
    expect(asked).toHaveLength(VIEWERS.length);
    for (const viewer of VIEWERS) await ask("_columns=uuid&_columns=url", { viewer });
    expect(asked).toHaveLength(VIEWERS.length);
  });

  it("gives an answer again for 300 seconds, also when a search without dates ends later by then", async () => {
    const later = (seconds: number) => ({ now: new Date(CORPUS_NOW.getTime() + seconds * 1000) });
    const first = await ask("_facets=product");
    clock += 299_000;
    expect(await ask("_facets=product", later(299))).toEqual(first);
    expect(asked).toHaveLength(1);
    clock += 2000;
    await ask("_facets=product", later(301));
    expect(asked).toHaveLength(2);
  });

  it("tells dates apart wherever they are given", async () => {
    const queries = ["date=%3E2026-11-01", "date=%3E2026-11-02", "_query=date%20%3E%20%222026-11-01%22"];
    for (const query of [...queries, ...queries]) await ask(query);
    expect(asked).toHaveLength(queries.length);
  });

  it("asks the engine for what is explained or verified", async () => {
    await ask("_explain=1");
    await ask("_explain=1");
    await ask("uuid=a", { fresh: true });
    await ask("uuid=a", { fresh: true });
    expect(asked).toHaveLength(4);
  });

  it("finds what was written a moment ago", async () => {
    const [document] = CORPUS;
    if (!document) throw new Error("the corpus has crashes");
    const search = `uuid=${document.uuid}&date=%3E2026-01-01&_results_number=0`;
    expect((await ask(search)).total).toBe(1);
    await engine.remove([document.uuid]);
    expect((await ask(search)).total).toBe(0);
    await engine.index([document]);
    expect((await ask(search)).total).toBe(1);
  });

  it("keeps an answer for which indices are missing, and none for which shards failed", async () => {
    let errors: readonly object[] = [];
    const partial = searchReader(
      { ...engine, search: async (plan) => ({ ...(await engine.search(plan)), errors: errors as [] }) },
      cache,
    );
    const askPartial = () =>
      superSearch(partial, new URLSearchParams(), { viewer: anonymous, now: CORPUS_NOW });
    errors = [{ type: "shards", index: "a", shards_count: 1 }];
    await askPartial();
    await askPartial();
    expect(asked).toHaveLength(2);
    errors = [{ type: "missing_index", index: "a" }];
    await askPartial();
    await askPartial();
    expect(asked).toHaveLength(3);
  });
});
