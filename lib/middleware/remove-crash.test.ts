import { mkdtemp, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { MAIN_DUMP } from "#lib/core/crash";
import { newCrashId, type CrashId } from "#lib/core/crash-id";
import { StorageUnavailable } from "#lib/core/errors";
import { openCrashStorage } from "#lib/crashstorage/registry";
import { failedCrashes, noteFailedCrash } from "#lib/db/failed-crashes";
import { noteMissingSymbols } from "#lib/db/missing-symbols";
import { searchDocument } from "#lib/fields/document";
import type { CrashStorage } from "#lib/crashstorage/storage";
import { openSearchEngine } from "#lib/search/registry";
import { openTestServices } from "#test/test-services";
import { removeCrash, type RemovalServices } from "./remove-crash";

const submitted = "2026-11-20T01:02:03.000000+00:00";

let open: Awaited<ReturnType<typeof openTestServices>>;
let services: RemovalServices;
beforeAll(async () => {
  open = await openTestServices();
  const { dataDirectory } = open.services.config;
  const storage = await openCrashStorage(
    `poly(fs-dated-radix-tree(${dataDirectory}/a), fallback(fs-permanent(${dataDirectory}/b), null))`,
    open.services.config,
  );
  services = { ...open.services, storage };
}, 60_000);
afterAll(() => open.close());

const now = () => new Date("2026-11-25T00:00:00Z");

/** A crash that is in everything. */
async function crashEverywhere(): Promise<CrashId> {
  const id = newCrashId(new Date(submitted), crypto.randomUUID(), 0);
  const path = join(open.services.config.dataDirectory, "dump");
  await writeFile(path, "MDMP");
  const processed = { uuid: id, date_processed: submitted, signature: "s" };
  await services.storage.saveRaw({
    id,
    raw: { uuid: id, submitted_timestamp: submitted },
    dumps: new Map([[MAIN_DUMP, { path, sizeBytes: 4 }]]),
  });
  await services.storage.saveProcessed(processed);
  await services.queue.publish("reprocessing", [{ id, ruleset: "default" }]);
  await services.search.index([searchDocument(processed)]);
  await noteFailedCrash(services.database, { crashId: id, attempts: 3, reason: "r", failedAt: now() });
  const module = { filename: "a", debugFile: "a", debugId: "1".repeat(33) };
  const facts = { signature: "s", product: "p", version: "1", date: now().toISOString(), modules: [module] };
  await noteMissingSymbols(services.database, [{ crashId: id, ...facts }]);
  return id;
}

const outcomes = async (id: CrashId, from: RemovalServices = services) => {
  const { stores, complete } = await removeCrash(id, from, now);
  return { complete, ...Object.fromEntries(stores.map(({ store, outcome }) => [store, outcome])) };
};

const NOTHING = {
  complete: true,
  "queue: fs": "not there",
  "crash storage: member 1: fs-dated-radix-tree": "not there",
  "crash storage: member 2/primary: fs-permanent": "not there",
  "crash storage: member 2/fallback: null": "not there",
  "search index: duckdb": "not there",
  "database: failed crashes": "not there",
  "database: missing symbols": "not there",
};

describe("removing a crash", () => {
  it("takes it out of everything, leaves all others, and tells of each store", async () => {
    const [id, other] = [await crashEverywhere(), await crashEverywhere()];
    const receipt = await removeCrash(id, services, now);
    expect(receipt).toMatchObject({
      crash_id: id,
      started_at: "2026-11-25T00:00:00.000Z",
      ended_at: "2026-11-25T00:00:00.000Z",
      complete: true,
    });
    expect(receipt.stores.map(({ store, outcome, at }) => [store, outcome, at])).toEqual(
      Object.keys(NOTHING)
        .slice(1)
        .map((store) => [
          store,
          store.endsWith("null") ? "not there" : "removed",
          "2026-11-25T00:00:00.000Z",
        ]),
    );
    await expect(services.storage.getRaw(id)).rejects.toMatchObject({ code: "crash_id_not_found" });
    expect(await services.search.count()).toBe(1);
    expect((await services.queue.depths()).reprocessing.waiting).toBe(1);
    expect((await failedCrashes(services.database, 9)).newest.map(({ crashId }) => crashId)).toEqual([other]);
    expect(await services.storage.getRaw(other)).toMatchObject({ uuid: other });
    expect(await outcomes(id)).toEqual(NOTHING);
    await removeCrash(other, services, now);
  });

  it("goes on after a store that fails, says so, and can be done again", async () => {
    const id = await crashEverywhere();
    const [first, second] = services.storage.members ?? [];
    const failing: CrashStorage = {
      ...(first?.storage ?? services.storage),
      remove: () => Promise.reject(new StorageUnavailable("The disk is gone.")),
    };
    const members = [
      { role: "member 1", storage: failing },
      { role: "member 2", storage: second?.storage ?? failing },
    ];
    const receipt = await removeCrash(id, { ...services, storage: { ...services.storage, members } }, now);
    expect(receipt.complete).toBe(false);
    expect(receipt.stores[1]).toMatchObject({
      store: "crash storage: member 1: fs-dated-radix-tree",
      outcome: "failed",
      reason: "StorageUnavailable: The disk is gone.",
    });
    expect(receipt.stores[2]).toMatchObject({ outcome: "removed" });
    expect(await outcomes(id)).toEqual({
      ...NOTHING,
      "crash storage: member 1: fs-dated-radix-tree": "removed",
    });
  });

  it("takes it out of what services read from instead, too", async () => {
    const id = await crashEverywhere();
    const { dataDirectory } = open.services.config;
    const storage = await openCrashStorage(`fs-permanent(${dataDirectory}/elsewhere)`, open.services.config);
    const search = await openSearchEngine({ dataDirectory: await mkdtemp(join(dataDirectory, "engine-")) });
    const processed = { uuid: id, date_processed: submitted, signature: "s" };
    await storage.saveRaw({ id, raw: await services.storage.getRaw(id), dumps: new Map() });
    await search.index([searchDocument(processed)]);
    expect(await outcomes(id, { ...services, elsewhere: { storage, search } })).toMatchObject({
      complete: true,
      "crash_data service: fs-permanent": "removed",
      "super_search service: duckdb": "removed",
    });
    await expect(storage.getRaw(id)).rejects.toMatchObject({ code: "crash_id_not_found" });
    expect(await search.count()).toBe(0);
    for (const each of [storage, search]) await each.close();
  });

  it("says when the queue cannot take tasks out", async () => {
    const queue = { ...services.queue, name: "mute" };
    delete queue.withdraw;
    const id = newCrashId(new Date(submitted), crypto.randomUUID(), 0);
    expect(await outcomes(id, { ...services, queue })).toMatchObject({
      complete: true,
      "queue: mute": "not possible",
    });
  });
});
