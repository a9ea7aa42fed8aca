import type { IncomingMessage } from "node:http";
import { afterAll, describe, expect, inject, it } from "vitest";
import { newCrashId } from "#lib/core/crash-id";
import type { SearchDocument } from "#lib/fields/document";
import { annotationContract } from "#lib/search/annotation-conformance";
import { planOf, searchEngineContract } from "#lib/search/conformance";
import { CORPUS, CORPUS_NOW } from "#lib/search/corpus";
import { scanContract } from "#lib/search/scan-conformance";
import { startElasticsearchGate } from "#test/elasticsearch-gate";
import { ownIndexTemplate, removeIndices } from "#test/elasticsearch-index";
import { openElasticsearchEngine, type ElasticsearchOptions } from "./engine";

const url = inject("elasticsearchUrl");
const templates: string[] = [];
afterAll(() => Promise.all(templates.map((template) => removeIndices(url, template))));

/** An engine over indices of its own. */
function openEngine(options: Partial<ElasticsearchOptions> = {}) {
  const index = options.index ?? ownIndexTemplate();
  templates.push(index);
  const engine = openElasticsearchEngine({ url, index, shards: 1, now: () => CORPUS_NOW, ...options });
  return { engine, index, prefix: index.replace("%Y%W", "") };
}

const send = async (method: string, path: string, body?: object) => {
  const response = await fetch(`${url}/${path}`, {
    method,
    headers: { "content-type": "application/json" },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  return (await response.json()) as Record<string, unknown>;
};

function crashOf(day: string, more: Partial<SearchDocument> = {}): SearchDocument {
  const date = `${day}T10:00:00+00:00`;
  return { uuid: newCrashId(new Date(date), crypto.randomUUID(), 0), date, signature: "a::b", ...more };
}

searchEngineContract("elasticsearch", () => Promise.resolve(openEngine().engine));
searchEngineContract("elasticsearch with several shards", () =>
  Promise.resolve(openEngine({ shards: 3 }).engine),
);

scanContract("elasticsearch", () => Promise.resolve(openEngine().engine));
annotationContract("elasticsearch", () => Promise.resolve(openEngine().engine));
scanContract("elasticsearch with several shards", () => Promise.resolve(openEngine({ shards: 3 }).engine));

describe("an Elasticsearch search", () => {
  it("names the weeks that should be there and are not, and answers from the others", async () => {
    const { engine, prefix } = openEngine();
    const first = await engine.search(planOf("date=>=2025-12-01"));
    expect(first).toMatchObject({ hits: [], total: 0, facets: { signature: [] } });
    expect(first.errors).toHaveLength(27);
    await engine.index([crashOf("2026-11-24")]);
    expect(await engine.search(planOf("_columns=signature"))).toEqual({
      hits: [{ signature: "a::b" }],
      total: 1,
      facets: { signature: [{ term: "a::b", count: 1 }] },
      errors: [{ type: "missing_index", index: `${prefix}202646` }],
    });
    await engine.close();
  });

  it("of no day at all is an empty answer", async () => {
    const { engine } = openEngine();
    await engine.index([crashOf("2026-11-24")]);
    expect(await engine.search(planOf("date=>2026-11-24&date=<2026-11-20"))).toEqual({
      hits: [],
      total: 0,
      facets: { signature: [] },
      errors: [],
    });
    await engine.close();
  });

  it("asks all indices where the names of those of a year do not fit into a request", async () => {
    const { engine, index } = openEngine({ index: `${ownIndexTemplate().replace("%Y%W", "")}%Y.%m.%d` });
    await engine.index([crashOf("2026-11-24"), crashOf("2026-02-01")]);
    expect((await engine.search(planOf("date=>=2025-12-01"))).total).toBe(2);
    expect(await engine.count()).toBe(2);
    expect(index).toContain("%d");
    await engine.close();
  });

  it("says how much is missing when shards fail, and answers from the others", async () => {
    const { engine, prefix } = openEngine();
    const fields = { date_processed: { type: "date_nanos" }, uptime: { type: "text" } };
    const properties = { processed_crash: { properties: fields } };
    await send("PUT", `${prefix}202646`, { mappings: { dynamic: false, properties } });
    await engine.index([crashOf("2026-11-20", { uptime: 1 }), crashOf("2026-11-24", { uptime: 2 })]);
    expect(await engine.search(planOf("_facets=uptime&_columns=uptime"))).toEqual({
      hits: [{ uptime: 2 }],
      total: 1,
      facets: { uptime: [{ term: 2, count: 1 }] },
      errors: [{ type: "shards", index: `${prefix}202646`, shards_count: 1 }],
    });
    await engine.close();
  });

  it("refuses a malformed and a too complex regular expression in the reference's words", async () => {
    const { engine } = openEngine();
    await engine.index([crashOf("2026-11-24")]);
    const asked = (pattern: string) => engine.search(planOf(`signature=@${encodeURIComponent(pattern)}`));
    await expect(asked("(")).rejects.toMatchObject({
      code: "bad_argument",
      message: "Bad value for parameter(s) 'Malformed supersearch query: unexpected end-of-string'",
    });
    await expect(asked("(.*a){30}b.{1,100}c.*(a|b|c){200}")).rejects.toMatchObject({
      code: "bad_argument",
      message: "Search query is too complex to execute. Simplify the search pattern and try again.",
    });
    await engine.close();
  });

  it("counts exactly where shards have more terms than they tell at first", async () => {
    const { engine } = openEngine();
    const weeks = ["2026-11-20", "2026-11-24"].map((day, week) => [
      ...Array.from({ length: 10_001 }, (_, n) => crashOf(day, { signature: `a${week}-${n}` })),
      crashOf(day, { signature: "in both weeks, and last of all" }),
    ]);
    await engine.index(weeks.flat());
    const { total, facets } = await engine.search(planOf("_facets_size=1&_results_number=0"));
    expect(total).toBe(20_004);
    expect(facets.signature).toEqual([{ term: "in both weeks, and last of all", count: 2 }]);
    await engine.close();
  });

  it("shows its query and its indices", () => {
    const { engine, prefix } = openEngine();
    expect(engine.explain(planOf("product=Firefox"))).toMatchObject({
      query: { size: 100, aggs: { signature: { terms: { size: 50 } } } },
      indices: [`${prefix}202646`, `${prefix}202647`],
    });
  });

  it("that takes too long ends with advice, and one of a server that is away can be tried again", async () => {
    const gate = await startElasticsearchGate(url, () => 0);
    const slow = openEngine({ url: gate.url, timeoutSeconds: 1 }).engine;
    await expect(slow.search(planOf(""))).rejects.toMatchObject({
      code: "bad_argument",
      message: "Search query timed out. Simplify the search pattern and try again.",
    });
    await slow.close();
    await gate.close();
    await expect(openEngine({ url: gate.url }).engine.search(planOf(""))).rejects.toMatchObject({
      code: "search_unavailable",
      transient: true,
    });
  });
});

describe("indexing in Elasticsearch", () => {
  it("tries again what the server was too busy for", async () => {
    let refusals = 2;
    const isRefused = ({ url: path }: IncomingMessage) => path?.startsWith("/_bulk") && refusals-- > 0;
    const gate = await startElasticsearchGate(url, (request) => (isRefused(request) ? 429 : null));
    const { engine } = openEngine({ url: gate.url });
    await engine.index(CORPUS);
    expect(await engine.count()).toBe(CORPUS.length);
    expect(refusals).toBeLessThan(0);
    await engine.close();
    await gate.close();
  });

  it("makes an index once, however many begin it at the same moment", async () => {
    const { engine, index } = openEngine();
    const others = [engine, openEngine({ index }).engine, openEngine({ index }).engine];
    await Promise.all(others.map((each) => each.index([crashOf("2026-11-24")])));
    expect(await engine.count()).toBe(3);
    for (const each of others) await each.close();
  });

  it("takes a field out because of which a crash is refused, notes it, and still finds the crash", async () => {
    const { engine, prefix } = openEngine();
    const long = crashOf("2026-11-24", { address: "\u{1F4A5}".repeat(10_000), product: "Kestrel" });
    await engine.index([long, crashOf("2026-11-24")]);
    const { hits } = await engine.search(planOf("product=Kestrel&_columns=uuid&_columns=address"));
    expect(hits).toEqual([{ uuid: long.uuid, address: null }]);
    expect(await send("GET", `${prefix}202647/_doc/${long.uuid}`)).toMatchObject({
      _source: { removed_fields: "address" },
    });
    await engine.close();
  });

  it("gives up on a crash after five attempts, naming it and no value of it, and writes the others", async () => {
    const { engine, prefix } = openEngine();
    const names = ["product", "version", "address", "process_type", "reason", "release_channel"] as const;
    const properties = Object.fromEntries(names.map((name) => [name, { type: "ip" }]));
    await send("PUT", `${prefix}202647`, { mappings: { properties: { processed_crash: { properties } } } });
    const bad = crashOf("2026-11-24", Object.fromEntries(names.map((name) => [name, "a secret"])));
    const good = crashOf("2026-11-24");
    const error: unknown = await engine.index([bad, good]).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "storage_refused", transient: false });
    expect(String(error)).toContain(bad.uuid);
    expect(String(error)).toMatch(/document_parsing_exception.*failed to parse field/);
    expect(String(error)).not.toContain("secret");
    expect(await send("GET", `${prefix}202647/_doc/${good.uuid}`)).toMatchObject({ found: true });
    await engine.close();
  });

  it("tells an index that is there of fields that are newer", async () => {
    const { engine, prefix } = openEngine();
    await send("PUT", `${prefix}202647`, { mappings: { dynamic: false } });
    await engine.index([crashOf("2026-11-24", { product: "Kestrel" })]);
    expect((await engine.search(planOf("product=kestrel"))).total).toBe(1);
    await engine.close();
  });

  it("removes a crash whose date is in another week than its id says", async () => {
    const { engine } = openEngine();
    const uuid = newCrashId(new Date("2026-10-01T00:00:00Z"), crypto.randomUUID(), 0);
    await engine.index([crashOf("2026-11-24", { uuid })]);
    await engine.remove([uuid]);
    expect(await engine.count()).toBe(0);
    await engine.close();
  });
});
