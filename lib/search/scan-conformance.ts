import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FIELDS } from "#lib/fields/catalogue";
import { planOf } from "./conformance";
import { CORPUS } from "./corpus";
import type { SearchEngine } from "./engine";
import { orderOf, placeOf, withOrder } from "./plan/cursor";
import type { SearchPlan } from "./plan/plan";
import type { SearchResult } from "./result";

const SORTS = [
  "",
  "_sort=date",
  "_sort=-build_id",
  "_sort=build_id",
  "_sort=product&_sort=-uptime",
  "_sort=addons",
  "_sort=-addons",
  "_sort=safe_mode",
  "_sort=-uptime_ts&_sort=url",
  "_sort=annotation.Custom",
  "_sort=-annotation.Custom&_sort=annotation.odd name.x",
];

type Hits = SearchResult["hits"];

/** What SearchEngine promises of `scan` and of a plan's `after`, run against one engine that starts empty. */
export function scanContract(name: string, openEngine: () => Promise<SearchEngine>): void {
  describe(`${name} scans as SearchEngine promises`, () => {
    let engine: SearchEngine;
    beforeAll(async () => {
      engine = await openEngine();
      await engine.index(CORPUS);
    });
    afterAll(() => engine.close());

    it.each(SORTS)("what a search finds, in its order, for %j", async (sort) => {
      const plan = planOf(`${sort}&_columns=uuid&_columns=addons&_columns=date&date=>=2026-11-01`);
      expect(await scanned(engine, { ...plan, limit: 1, offset: 3 })).toEqual(
        (await engine.search(plan)).hits,
      );
      expect(await scanned(engine, planOf("product=Nothing"))).toEqual([]);
    });

    it.each(SORTS)("from any place of the order %j, where searches go on, too", async (sort) => {
      const columns = FIELDS.map(({ name: column }) => column);
      const plan = withOrder({ ...planOf(`${sort}&date=>=2026-11-01`), columns });
      const { hits, total, facets } = await engine.search(plan);
      expect(hits).toHaveLength(CORPUS.length);
      for (const [index, hit] of hits.entries()) {
        const rest = { ...plan, after: placeOf(orderOf(plan), hit) };
        const found = await engine.search(rest);
        expect(found.hits).toEqual(hits.slice(index + 1));
        expect([found.total, found.facets]).toEqual([total, facets]);
        expect(await scanned(engine, rest)).toEqual(hits.slice(index + 1));
      }
    });

    it("until it is left, or its asker goes away", async () => {
      for await (const batch of engine.scan(planOf(""))) {
        expect(batch.length).toBeGreaterThan(0);
        break;
      }
      const asker = new AbortController();
      const rest = engine.scan(planOf(""), asker.signal)[Symbol.asyncIterator]();
      await rest.next();
      asker.abort(new Error("gone"));
      await expect(rest.next()).rejects.toThrow("gone");
      const late = engine.scan(planOf(""), asker.signal)[Symbol.asyncIterator]();
      await expect(late.next()).rejects.toThrow("gone");
    });

    it("and refuses what a search refuses", async () => {
      await expect(scanned(engine, planOf("signature=@("))).rejects.toMatchObject({ code: "bad_argument" });
    });
  });
}

async function scanned(engine: SearchEngine, plan: SearchPlan): Promise<Hits> {
  const hits: Hits[number][] = [];
  for await (const batch of engine.scan(plan)) hits.push(...batch);
  return hits;
}
