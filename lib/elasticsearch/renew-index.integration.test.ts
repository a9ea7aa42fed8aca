import { setImmediate as nextTurn } from "node:timers/promises";
import { afterAll, describe, expect, inject, it } from "vitest";
import { newCrashId, type CrashId } from "#lib/core/crash-id";
import { SearchUnavailable } from "#lib/core/errors";
import type { SearchDocument } from "#lib/fields/document";
import { planOf } from "#lib/search/conformance";
import { CORPUS_NOW } from "#lib/search/corpus";
import { openElasticsearchEngine } from "#lib/search/elasticsearch/engine";
import { ownIndexTemplate, removeIndices } from "#test/elasticsearch-index";
import { openConnection } from "./connection";
import { openIndices } from "./indices";
import { mappingVersion } from "./mapping";
import { renewIndex } from "./renew-index";

const url = inject("elasticsearchUrl");
const connection = openConnection({
  url,
  timeoutSeconds: 30,
  unavailable: (what, cause) => new SearchUnavailable(what, { cause }),
});
const templates: string[] = [];
afterAll(async () => {
  await connection.close();
  for (const template of templates) await removeIndices(url, template);
});

const send = async (method: string, path: string, body?: object) => {
  const response = await fetch(`${url}/${path}`, {
    method,
    headers: { "content-type": "application/json" },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  return (await response.json()) as Record<string, unknown>;
};

/** Two weeks, the later of which was made by an earlier version with uptime as text. */
async function openWeeks({ shards = 1 } = {}) {
  const template = ownIndexTemplate();
  templates.push(template);
  const prefix = template.replace("%Y%W", "");
  const week = `${prefix}202647`;
  const indices = openIndices(connection, { template, shards });
  const engine = openElasticsearchEngine({ url, index: template, shards, now: () => CORPUS_NOW });
  await indices.prepare(`${prefix}202646`);
  await send("PUT", week, {
    settings: { number_of_shards: shards },
    mappings: {
      _meta: { mapping: "earlier" },
      properties: { processed_crash: { dynamic: false, properties: { uptime: { type: "text" } } } },
    },
  });
  return { server: { connection, indices }, indices, engine, week, prefix };
}

function crashOf(more: Partial<SearchDocument> = {}): SearchDocument {
  const date = "2026-11-24T10:00:00+00:00";
  return { uuid: newCrashId(new Date(date), crypto.randomUUID(), 0), date, signature: "a::b", ...more };
}

const many = (count: number, more: Partial<SearchDocument> = {}) =>
  Array.from({ length: count }, () => crashOf(more));

describe("the next generation of an index", () => {
  it("takes the place of one that an earlier version made, and of a generation, with the mapping of today", async () => {
    const { server, indices, engine, week } = await openWeeks();
    await engine.index(many(20, { uptime: 120 }));
    await send("PUT", `${week}/_alias/${week}.of-somebody`);
    for (const generation of [2, 3]) {
      expect(await renewIndex(server, week)).toBe(true);
      const found = (await indices.generations()).filter(({ name }) => name === week);
      expect(found).toMatchObject([{ index: `${week}-g${generation}`, generation, isServing: true }]);
      expect(found[0]?.mappingVersion).toBe(mappingVersion());
      expect(Object.keys(found[0]?.aliases ?? {}).sort()).toEqual([week, `${week}.of-somebody`]);
    }
    const { total, errors } = await engine.search(planOf("uptime=>=100"));
    expect({ total, errors }).toEqual({ total: 20, errors: [] });
    expect(await engine.count()).toBe(20);
    await engine.index([crashOf({ uptime: 130 })]);
    expect((await engine.search(planOf("uptime=>=100"))).total).toBe(21);
    await engine.close();
  });

  it("is not made of an index that is not there", async () => {
    const { server, engine, prefix } = await openWeeks();
    expect(await renewIndex(server, `${prefix}202601`)).toBe(false);
    await engine.close();
  });

  it("keeps what is no part of the search document, and expires with its name", async () => {
    const { server, indices, engine, week, prefix } = await openWeeks();
    await send("PUT", `${week}/_doc/x?refresh=true`, { crash_id: "x", stored_crash: "{}", of_others: [1] });
    await renewIndex(server, week);
    expect(await send("GET", `${week}/_doc/x`)).toMatchObject({
      _source: { crash_id: "x", stored_crash: "{}", of_others: [1] },
    });
    const expired = await indices.expired(new Date("2026-12-01T00:00:00Z"));
    expect(expired).toEqual([`${prefix}202646`, week]);
    await indices.drop(expired);
    expect(await indices.generations()).toEqual([]);
    await engine.close();
  });

  it.each([1, 2])(
    "has all that was written, changed and removed meanwhile, and no search sees the switch (%i shards)",
    async (shards) => {
      const { server, engine, week } = await openWeeks({ shards });
      const still = many(600, { signature: "still" });
      const [changing, leaving] = [many(30), many(30)];
      await engine.index([...still, ...changing, ...leaving]);
      const added: CrashId[] = [];
      const strange: unknown[] = [];
      let isOver = false;
      let searches = 0;
      const writer = async () => {
        for (let round = 0; !isOver; round += 1) {
          const crash = crashOf({ signature: "added" });
          await engine.index([crash, ...changing.map((old) => ({ ...old, signature: `round ${round}` }))]);
          added.push(crash.uuid);
        }
        await engine.index(changing.map((old) => ({ ...old, signature: "last" })));
      };
      const remover = async () => {
        for (const { uuid } of leaving) await engine.remove([uuid]);
      };
      const searcher = async () => {
        while (!isOver) {
          const { total, errors } = await engine.search(planOf("signature==still&_facets=product"));
          if (total !== still.length || errors.length > 0) strange.push({ total, errors });
          searches += 1;
        }
      };
      const scanner = async () => {
        while (!isOver) {
          const seen = new Set<unknown>();
          for await (const hits of engine.scan(planOf("signature==still&_columns=uuid")))
            for (const { uuid } of hits) seen.add(uuid);
          if (seen.size !== still.length) strange.push({ scanned: seen.size });
        }
      };
      const renewals = async () => {
        for (let renewal = 0; renewal < 2; renewal += 1) await renewIndex(server, week);
        isOver = true;
      };
      await Promise.all([writer(), remover(), searcher(), searcher(), scanner(), renewals()]);
      expect(strange).toEqual([]);
      expect(searches).toBeGreaterThan(3);
      const counted = async (query: string) => (await engine.search(planOf(query))).total;
      expect(await counted("signature==still")).toBe(still.length);
      expect(await counted("signature==added")).toBe(added.length);
      expect(await counted("signature==last")).toBe(changing.length);
      expect(await engine.count()).toBe(still.length + added.length + changing.length);
      await engine.close();
    },
  );

  it("is finished by one of several runs at the same time, and the others leave nothing behind", async () => {
    const { server, indices, engine, week } = await openWeeks();
    await engine.index(many(2_000));
    await Promise.allSettled([renewIndex(server, week), renewIndex(server, week), renewIndex(server, week)]);
    await renewIndex(server, week);
    const found = (await indices.generations()).filter(({ name }) => name === week);
    expect(found).toHaveLength(1);
    expect(found[0]?.isServing).toBe(true);
    await engine.index([crashOf()]);
    expect(await engine.count()).toBe(2_001);
    await engine.close();
  });

  it("is given up when it is interrupted: what is built waits for the next run, and writes go on", async () => {
    const { server, indices, engine, week } = await openWeeks();
    await engine.index(many(1_000));
    const stop = new AbortController();
    const stopped = renewIndex(server, week, { signal: stop.signal, onProgress: () => stop.abort() });
    await expect(stopped).rejects.toThrow("aborted");
    await engine.index([crashOf()]);
    expect(await engine.count()).toBe(1_001);
    let first: number | null = null;
    await renewIndex(server, week, { onProgress: (copied) => (first ??= copied) });
    expect(first).toBeGreaterThan(250);
    expect((await indices.generations()).map(({ index }) => index)).toContain(`${week}-g2`);
    expect(await engine.count()).toBe(1_001);
    await engine.close();
  });

  it("of an index that expires meanwhile is not made, and nothing of it comes back", async () => {
    const { server, indices, engine, week } = await openWeeks();
    await engine.index(many(1_000));
    const dropping: Promise<void>[] = [];
    const onProgress = () => {
      if (dropping.length === 0) dropping.push(indices.drop([week]));
    };
    expect(await renewIndex(server, week, { onProgress })).toBe(false);
    await Promise.all(dropping);
    expect((await indices.generations()).filter(({ name }) => name === week)).toEqual([]);
    await engine.close();
  });

  it("lets a write through when the run that paused writes was killed, and that run cannot switch any more", async () => {
    const { server, indices, engine, week } = await openWeeks();
    await engine.index(many(10));
    const before = (await indices.generations()).find(({ name }) => name === week);
    const paused = await pausedRun(server, before);
    await engine.index([crashOf({ signature: "waited" })]);
    expect((await engine.search(planOf("signature==waited"))).total).toBe(1);
    await expect(paused.goOn()).rejects.toMatchObject({ statusCode: 404 });
    expect((await engine.search(planOf("signature==waited"))).total).toBe(1);
    await renewIndex(server, week);
    expect((await engine.search(planOf("signature==waited"))).total).toBe(1);
    await engine.close();
  });
});

type Server = Parameters<typeof renewIndex>[0];

/** A run that was killed, or merely stopped, between pausing writes and the switch. */
async function pausedRun(
  server: Server,
  serving: Awaited<ReturnType<Server["indices"]["generations"]>>[number] | undefined,
) {
  if (!serving) throw new Error("the index to be renewed is not there");
  const { pauseWrites, switchOver, takeLease } = await import("./lease");
  const lease = await takeLease(server, serving);
  await pauseWrites(server, serving);
  await nextTurn();
  return { goOn: () => switchOver(server, lease) };
}
