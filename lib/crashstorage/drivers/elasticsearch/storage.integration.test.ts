import fc from "fast-check";
import { afterAll, describe, expect, inject, it } from "vitest";
import type { ProcessedCrash } from "#lib/core/crash";
import { newCrashId, type CrashId } from "#lib/core/crash-id";
import { collect, crashStorageContract, sampleId } from "#lib/crashstorage/conformance";
import { crashStorageFaults } from "#lib/crashstorage/fault-conformance";
import { openCrashStorage } from "#lib/crashstorage/registry";
import { openElasticsearchEngine } from "#lib/search/elasticsearch/engine";
import { planOf } from "#lib/search/conformance";
import { ownIndexTemplate, removeIndices } from "#test/elasticsearch-index";

const elasticsearchUrl = inject("elasticsearchUrl");
const elasticsearchIndex = ownIndexTemplate();
const surroundings = { dataDirectory: "/nowhere", elasticsearchUrl, elasticsearchIndex };
afterAll(() => removeIndices(elasticsearchUrl, elasticsearchIndex));

const storage = await openCrashStorage("elasticsearch", surroundings);
afterAll(() => storage.close());

const PROCESSED = new Set(["processed"] as const);
crashStorageContract(
  "elasticsearch",
  () => openCrashStorage("elasticsearch(keys=)", surroundings),
  PROCESSED,
);
crashStorageFaults("elasticsearch", {
  port: () => Number(new URL(elasticsearchUrl).port),
  open: (port) =>
    openCrashStorage("elasticsearch(keys=)", {
      ...surroundings,
      elasticsearchUrl: `http://127.0.0.1:${port}`,
    }),
  keeps: PROCESSED,
});

const date_processed = "2026-11-20T01:02:03.000004+00:00";
const crash = (id: CrashId, more: object = {}): ProcessedCrash => ({
  uuid: id,
  signature: "a::b",
  date_processed,
  ...more,
});
const notFound = { code: "crash_id_not_found" };

describe("elasticsearch crash storage", () => {
  it("gives back the processed crash at once without the forbidden keys, and the newest when saved again", async () => {
    const id = sampleId();
    const kept = crash(id, { product: "Kestrel", nested: { deep: [1, null, "é\ud83d\ude00"] } });
    await storage.saveProcessed({ ...kept, url: "https://secret/", json_dump: { threads: [] } });
    expect(await storage.getUnredactedProcessed(id)).toEqual(kept);
    await storage.saveProcessed(crash(id, { signature: "second | ✓" }));
    expect(await storage.getUnredactedProcessed(id)).toEqual(crash(id, { signature: "second | ✓" }));
  });

  it("gives back any JSON, in the order of its keys", async () => {
    await fc.assert(
      fc.asyncProperty(fc.dictionary(fc.string(), fc.jsonValue()), async (content) => {
        const id = sampleId();
        const wire = JSON.stringify({ ...content, ...crash(id) });
        const keysKept = await openCrashStorage("elasticsearch(keys=)", surroundings);
        await keysKept.saveProcessed(JSON.parse(wire) as ProcessedCrash);
        expect(JSON.stringify(await keysKept.getUnredactedProcessed(id))).toBe(wire);
        await keysKept.close();
      }),
      { numRuns: 25 },
    );
  });

  it("keeps names that mean something elsewhere", async () => {
    const id = sampleId();
    const text = `{"uuid":"${id}","signature":"s","date_processed":"x","__proto__":{"a":1},"a.b":1,"":2,"constructor":3,"_id":"4"}`;
    await storage.saveProcessed(JSON.parse(text) as ProcessedCrash);
    expect(JSON.stringify(await storage.getUnredactedProcessed(id))).toBe(text);
  });

  it("answers CrashIdNotFound for what was never saved, and never null", async () => {
    const unknown = sampleId();
    const elsewhere = newCrashId(new Date("2019-01-01T00:00:00Z"), crypto.randomUUID(), 0);
    for (const id of [unknown, elsewhere]) {
      await expect(storage.getUnredactedProcessed(id)).rejects.toMatchObject(notFound);
      await expect(storage.remove(id)).rejects.toMatchObject(notFound);
      await expect(storage.getRaw(id)).rejects.toMatchObject(notFound);
      await expect(storage.getDump(id, "upload_file_minidump")).rejects.toMatchObject(notFound);
    }
  });

  it("takes raw crashes and keeps nothing of them", async () => {
    const id = sampleId();
    await storage.saveRaw({ id, raw: { uuid: id, submitted_timestamp: "x" }, dumps: new Map() });
    await expect(storage.getRaw(id)).rejects.toMatchObject(notFound);
    expect(await collect(storage.newCrashes())).toEqual([]);
    expect([...storage.keeps]).toEqual(["processed"]);
  });

  it("removes a crash, and no other", async () => {
    const [removed, kept] = [sampleId(), sampleId()];
    for (const id of [removed, kept]) await storage.saveProcessed(crash(id));
    await storage.remove(removed);
    await expect(storage.getUnredactedProcessed(removed)).rejects.toMatchObject(notFound);
    expect(await storage.getUnredactedProcessed(kept)).toEqual(crash(kept));
  });

  it("finds and removes a crash whose date is in another week than its id says", async () => {
    const id = newCrashId(new Date("2026-10-01T00:00:00Z"), crypto.randomUUID(), 0);
    await storage.saveProcessed(crash(id));
    expect(await storage.getUnredactedProcessed(id)).toEqual(crash(id));
    await storage.remove(id);
    await expect(storage.getUnredactedProcessed(id)).rejects.toMatchObject(notFound);
  });

  it("saves what the search engine finds, fields that are not given back included", async () => {
    const id = sampleId();
    await storage.saveProcessed(
      crash(id, { url: "https://found/", json_dump: { system_info: { cpu_count: 12 } } }),
      { uuid: id, submitted_timestamp: "2026-11-20T00:00:00Z", OwnNote: "planted" },
    );
    const engine = openElasticsearchEngine({ url: elasticsearchUrl, index: elasticsearchIndex, shards: 1 });
    const search = () =>
      engine.search(planOf("url=https://found/&annotation.OwnNote=planted&_columns=uuid&_columns=cpu_count"));
    await expect
      .poll(async () => (await search()).hits, { timeout: 30_000 })
      .toEqual([{ uuid: id, cpu_count: 12 }]);
    await engine.close();
  });

  it("keeps all of a crash of which a field is too long for the index", async () => {
    const id = sampleId();
    const long = crash(id, { address: "\u{1F4A5}".repeat(10_000) });
    await storage.saveProcessed(long);
    expect(await storage.getUnredactedProcessed(id)).toEqual(long);
  });

  it("says which store and crash when the server is away", async () => {
    const away = await openCrashStorage("elasticsearch(url=http://127.0.0.1:9)", surroundings);
    const id = sampleId();
    const unavailable = {
      code: "storage_unavailable",
      transient: true,
      message: expect.stringContaining(`Elasticsearch, crash ${id}`) as string,
    };
    await Promise.all([
      expect(away.saveProcessed(crash(id))).rejects.toMatchObject(unavailable),
      expect(away.getUnredactedProcessed(id)).rejects.toMatchObject(unavailable),
      expect(away.remove(id)).rejects.toMatchObject(unavailable),
    ]);
    await away.close();
  });
});
