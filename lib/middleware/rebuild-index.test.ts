import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { afterEach, beforeEach, expect, it } from "vitest";
import { newCrashId, type CrashId } from "#lib/core/crash-id";
import type { ProcessedCrash } from "#lib/core/crash";
import { StorageRefused, StorageUnavailable } from "#lib/core/errors";
import { openCrashStorage } from "#lib/crashstorage/registry";
import type { CrashStorage } from "#lib/crashstorage/storage";
import { rebuildIndex, type IndexWriter } from "./rebuild-index";

let folder: string;
let source: CrashStorage;
beforeEach(async () => {
  folder = await mkdtemp(`${tmpdir()}/rebuild-index-`);
  source = await openCrashStorage("fs-permanent", { dataDirectory: folder });
});
afterEach(async () => {
  await source.close();
  await rm(folder, { recursive: true });
});

const newId = () => newCrashId(new Date("2026-11-24T00:00:00Z"), crypto.randomUUID(), 0);
const crash = (uuid: CrashId, signature = "old"): ProcessedCrash => ({
  uuid,
  signature,
  date_processed: "2026-11-24T00:00:00+00:00",
});

/** Signatures by crash id; `meanwhile` runs once, between the reading of crashes and their being indexed. */
function indexOf(meanwhile: () => Promise<void> = () => Promise.resolve()) {
  const indexed = new Map<CrashId, string>();
  let happens = meanwhile;
  const writer: IndexWriter = {
    async save(crashes) {
      await happens();
      happens = () => Promise.resolve();
      for (const { processed, raw } of crashes) {
        const { uuid, signature } = processed;
        expect(raw?.uuid).toBe(uuid);
        if (signature === "refused") throw new StorageRefused(`not ${uuid}`);
        indexed.set(uuid, signature);
      }
    },
    remove(ids) {
      for (const id of ids) indexed.delete(id);
      return Promise.resolve();
    },
  };
  return { indexed, writer };
}

async function stored(...signatures: readonly string[]): Promise<readonly CrashId[]> {
  const ids = signatures.map(newId);
  for (const [index, id] of ids.entries()) {
    await source.saveRaw({ id, raw: { uuid: id, submitted_timestamp: "x" }, dumps: new Map() });
    await source.saveProcessed(crash(id, signatures[index]));
  }
  return ids;
}

it("crashes are indexed as they are stored, and those without a processed crash are counted", async () => {
  const ids = await stored("a", "b");
  const { indexed, writer } = indexOf();
  expect(await rebuildIndex([...ids, newId()], { source, writer })).toEqual({
    indexed: 2,
    withoutProcessed: 1,
    failures: [],
  });
  expect([...indexed.values()].sort()).toEqual(["a", "b"]);
});

it("a crash that is removed or processed anew meanwhile is neither brought back nor overwritten", async () => {
  const [changed, removed, same] = await stored("old", "old", "old");
  if (!changed || !removed || !same) throw new Error("there are three crashes");
  const { indexed, writer } = indexOf(async () => {
    await source.saveProcessed(crash(changed, "new"));
    await source.remove(removed);
  });
  const rebuilt = await rebuildIndex([changed, removed, same], { source, writer });
  expect(rebuilt).toEqual({ indexed: 2, withoutProcessed: 1, failures: [] });
  expect(indexed).toEqual(
    new Map([
      [changed, "new"],
      [same, "old"],
    ]),
  );
});

it("a crash that is refused is named, and the others are indexed", async () => {
  const ids = await stored("refused", "a", "b");
  const { indexed, writer } = indexOf();
  expect(await rebuildIndex(ids, { source, writer })).toEqual({
    indexed: 2,
    withoutProcessed: 0,
    failures: [{ crash_id: ids[0], reason: `StorageRefused: not ${ids[0] ?? ""}` }],
  });
  expect([...indexed.values()].sort()).toEqual(["a", "b"]);
});

it("an index that is away ends it", async () => {
  const ids = await stored("a");
  const { writer } = indexOf(() => Promise.reject(new StorageUnavailable("away")));
  await expect(rebuildIndex(ids, { source, writer })).rejects.toThrow("away");
});
