import type { CrashId } from "#lib/core/crash-id";
import { CrashIdNotFound, hasCode, PolyCrashStorageError } from "#lib/core/errors";
import type { CrashStorage } from "#lib/crashstorage/storage";

/** Does something with every store, in order and whatever happens. Throws PolyCrashStorageError with every failure. */
export async function withAll(
  stores: readonly CrashStorage[],
  work: (storage: CrashStorage) => Promise<void>,
): Promise<void> {
  const failures: unknown[] = [];
  for (const storage of stores) await work(storage).catch((error: unknown) => failures.push(error));
  if (failures.length > 0) throw new PolyCrashStorageError(failures);
}

/**
 * What the first store that can give it gives. When none can: CrashIdNotFound if all of them say so, else the first
 * other error, since a store that cannot be reached may have it.
 */
export async function fromFirst<T>(
  stores: readonly CrashStorage[],
  id: CrashId,
  get: (storage: CrashStorage) => Promise<T>,
): Promise<T> {
  const failures: unknown[] = [];
  for (const storage of stores) {
    try {
      return await get(storage);
    } catch (error) {
      if (!isNotFound(error)) failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0] as Error;
  throw new CrashIdNotFound(id);
}

/** Removes a crash from all stores. Throws CrashIdNotFound when none had it, PolyCrashStorageError for other failures. */
export async function removeFromAll(stores: readonly CrashStorage[], id: CrashId): Promise<void> {
  const removed = new Set<CrashStorage>();
  await withAll(stores, async (storage) => {
    try {
      await storage.remove(id);
      removed.add(storage);
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  });
  if (removed.size === 0) throw new CrashIdNotFound(id);
}

/** The getting half of a container whose stores are asked one after the other. */
export function gettersOf(
  stores: readonly CrashStorage[],
): Pick<
  CrashStorage,
  "getRaw" | "getDump" | "getDumpsAsFiles" | "getUnredactedProcessed" | "remove" | "close"
> {
  return {
    getRaw: (id) => fromFirst(stores, id, (storage) => storage.getRaw(id)),
    getDump: (id, name) => fromFirst(stores, id, (storage) => storage.getDump(id, name)),
    getDumpsAsFiles: (id, directory) =>
      fromFirst(stores, id, (storage) => storage.getDumpsAsFiles(id, directory)),
    getUnredactedProcessed: (id) => fromFirst(stores, id, (storage) => storage.getUnredactedProcessed(id)),
    remove: (id) => removeFromAll(stores, id),
    close: () => withAll(stores, (storage) => storage.close()),
  };
}

function isNotFound(error: unknown): boolean {
  return hasCode(error, "crash_id_not_found");
}
