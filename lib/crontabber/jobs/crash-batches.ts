import type { CrashId } from "#lib/core/crash-id";
import { leavesOf } from "#lib/crashstorage/store-tree";
import type { CrashStorage } from "#lib/crashstorage/storage";

const BATCH = 100;

/** Why there is nothing to be done with a storage. */
export const CANNOT_LIST = "no store of the crash storage can list its crashes";

/**
 * The crashes of a day (YYYYMMDD), or of all, in batches, from every store of a composition that can list them; a crash
 * of two stores may come twice. Null when none can.
 */
export function crashBatches(
  storage: CrashStorage,
  day: string | null,
): AsyncGenerator<readonly CrashId[], void> | null {
  const lists = leavesOf(storage).flatMap((leaf) =>
    leaf.storage.keeps.has("raw") ? (leaf.storage.crashIds?.(day) ?? []) : [],
  );
  return lists.length === 0 ? null : inBatches(lists);
}

async function* inBatches(
  lists: readonly AsyncIterable<CrashId>[],
): AsyncGenerator<readonly CrashId[], void> {
  let batch: CrashId[] = [];
  for (const list of lists)
    for await (const id of list) {
      batch.push(id);
      if (batch.length < BATCH) continue;
      yield batch;
      batch = [];
    }
  if (batch.length > 0) yield batch;
}
