import { randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { isDeepStrictEqual } from "node:util";
import { MAIN_DUMP } from "#lib/core/crash";
import { newCrashId } from "#lib/core/crash-id";
import { StorageCorrupt } from "#lib/core/errors";
import { foundOrNull } from "./found-or-null";
import type { CrashStorage } from "./storage";

const DUMP_BYTES = 400_000;

/** One thing that was tried, and how long it took. */
export interface CheckedStep {
  readonly what: string;
  readonly seconds: number;
}

/**
 * Takes a made-up crash through everything a store can do, and leaves nothing of it behind. Gives each step when it is
 * done. Throws what the store throws, and StorageCorrupt when it gives back something else than it was given.
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
  try {
    yield await timed("save the raw crash and a dump", () => storage.saveRaw({ id, raw, dumps }));
    yield await timed("save the processed crash", () => storage.saveProcessed(processed));
    yield await timed("read the raw crash", async () => same("raw crash", await storage.getRaw(id), raw));
    yield await timed("read the dump", async () => {
      if (!dump.equals(await buffer(await storage.getDump(id, MAIN_DUMP)))) throw changed("dump");
    });
    yield await timed("read the processed crash", async () =>
      same("processed crash", await storage.getUnredactedProcessed(id), processed),
    );
    yield await timed("remove all of it", () => storage.remove(id));
    yield await timed("find nothing of it", async () => {
      if ((await foundOrNull(storage.getRaw(id))) !== null)
        throw new StorageCorrupt("The raw crash is still there after it was removed.");
    });
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
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
