import { randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { isDeepStrictEqual } from "node:util";
import { MAIN_DUMP } from "#lib/core/crash";
import { newCrashId, type CrashId } from "#lib/core/crash-id";
import { isAppError, StorageCorrupt } from "#lib/core/errors";
import { foundOrNull } from "./found-or-null";
import type { CrashStorage } from "./storage";
import { leavesOf, type Leaf } from "./store-tree";

const DUMP_BYTES = 400_000;

/** What came of checking one store. */
export interface StoreCheck {
  /** Where the store stands in the composition. */
  readonly store: string;
  readonly keeps: readonly string[];
  readonly steps: readonly CheckedStep[];
  /** Why it is not usable; null when all went well. */
  readonly failure: string | null;
}

/**
 * Checks a composition as a whole, and then every store in it that is no container, so that the one that fails has a
 * name. Throws what is no foreseen error.
 */
export async function* checkEveryStore(
  storage: CrashStorage,
  temporaryDirectory: string,
): AsyncGenerator<StoreCheck, void> {
  const leaves = storage.members ? leavesOf(storage) : [];
  for (const leaf of [{ where: storage.name, storage }, ...leaves])
    yield await check(leaf, temporaryDirectory);
}

async function check({ where, storage }: Leaf, temporaryDirectory: string): Promise<StoreCheck> {
  const steps: CheckedStep[] = [];
  const found = { store: where, keeps: [...storage.keeps], steps };
  try {
    for await (const step of checkStorage(storage, temporaryDirectory)) steps.push(step);
    return { ...found, failure: null };
  } catch (error) {
    if (!isAppError(error)) throw error;
    return { ...found, failure: `${error.name}: ${error.message}` };
  }
}

/** One thing that was tried, and how long it took. */
export interface CheckedStep {
  readonly what: string;
  readonly seconds: number;
}

/**
 * Takes a made-up crash through everything a store can do, and leaves nothing of it behind. Every part has to be taken;
 * those that the store keeps have to come back. Gives each step when it is done. Throws what the store throws, and
 * StorageCorrupt when it gives back something else than it was given.
 */
export async function* checkStorage(
  storage: CrashStorage,
  temporaryDirectory: string,
): AsyncGenerator<CheckedStep, void> {
  const id = newCrashId(new Date(), crypto.randomUUID(), 0);
  const date = new Date().toISOString();
  const dump = randomBytes(DUMP_BYTES);
  const directory = await mkdtemp(join(temporaryDirectory, "check-"));
  const path = join(directory, "dump");
  await writeFile(path, dump);
  const raw = { uuid: id, submitted_timestamp: date, ProductName: "storage check" };
  const dumps = new Map([[MAIN_DUMP, { path, sizeBytes: dump.length }]]);
  const processed = { uuid: id, date_processed: date, signature: "storage check" };
  const { keeps } = storage;
  try {
    yield await timed("save the raw crash and a dump", () => storage.saveRaw({ id, raw, dumps }));
    yield await timed("save the processed crash", () => storage.saveProcessed(processed));
    if (keeps.has("raw"))
      yield await timed("read the raw crash", async () => same("raw crash", await storage.getRaw(id), raw));
    if (keeps.has("dumps"))
      yield await timed("read the dump", async () => {
        if (!dump.equals(await buffer(await storage.getDump(id, MAIN_DUMP)))) throw changed("dump");
      });
    if (keeps.has("processed"))
      yield await timed("read the processed crash", async () =>
        same("processed crash", await storage.getUnredactedProcessed(id), processed),
      );
    yield await timed("remove all of it", () => removeAll(storage, id));
    if (keeps.size > 0) yield await timed("find nothing of it", () => findNothing(storage, id));
  } catch (error) {
    await removeAll(storage, id).catch(() => undefined);
    throw error;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** A store that keeps nothing has nothing to remove. */
async function removeAll(storage: CrashStorage, id: CrashId): Promise<void> {
  if (storage.keeps.size > 0) await storage.remove(id);
  else await foundOrNull(storage.remove(id));
}

async function findNothing(storage: CrashStorage, id: CrashId): Promise<void> {
  const { keeps } = storage;
  const raw = keeps.has("raw") ? await foundOrNull(storage.getRaw(id)) : null;
  const processed = keeps.has("processed") ? await foundOrNull(storage.getUnredactedProcessed(id)) : null;
  if (raw ?? processed)
    throw new StorageCorrupt(`The ${raw ? "raw" : "processed"} crash is still there after it was removed.`);
}

async function timed(what: string, work: () => Promise<void>): Promise<CheckedStep> {
  const started = performance.now();
  await work();
  return { what, seconds: (performance.now() - started) / 1000 };
}

function same(what: string, found: object, given: object): void {
  if (!isDeepStrictEqual(found, given)) throw changed(what);
}

function changed(what: string): StorageCorrupt {
  return new StorageCorrupt(`The ${what} that was read is not the one that was saved.`);
}
