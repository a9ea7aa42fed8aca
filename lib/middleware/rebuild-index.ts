import { createHash } from "node:crypto";
import { concurrently } from "#lib/core/concurrently";
import type { ProcessedCrash, RawCrash } from "#lib/core/crash";
import type { CrashId } from "#lib/core/crash-id";
import { isAppError, StorageUnavailable } from "#lib/core/errors";
import { foundOrNull } from "#lib/crashstorage/found-or-null";
import type { CrashStorage } from "#lib/crashstorage/storage";

/** A crash to be indexed; without its raw crash it is not found by annotations. */
export interface WholeCrash {
  readonly processed: ProcessedCrash;
  readonly raw?: RawCrash;
}

/** Where crashes are found: the search engine, or a crash storage that saves into its index. */
export interface IndexWriter {
  save(crashes: readonly WholeCrash[]): Promise<void>;
  remove(ids: readonly CrashId[]): Promise<void>;
}

export interface RebuildParts {
  readonly source: Pick<CrashStorage, "getUnredactedProcessed" | "getRaw">;
  readonly writer: IndexWriter;
}

export interface RebuildFailure {
  readonly crash_id: CrashId;
  readonly reason: string;
}

/** What came of some crashes. */
export interface RebuiltBatch {
  readonly indexed: number;
  /** Crashes that have no processed crash: not processed yet, or removed. */
  readonly withoutProcessed: number;
  readonly failures: readonly RebuildFailure[];
}

const READ_AT_ONCE = 8;
const MOST_ROUNDS = 10;

/**
 * Indexes crashes anew from their processed and raw crashes. Others may save and remove the same crashes meanwhile: each is read
 * again after it was indexed, and what has changed by then is done again. Whoever changes a crash later changes the
 * storage first and the index after it, so theirs is what stays. A crash that is refused does not keep the others from
 * being indexed; throws the transient errors, after which nothing of the batch counts as done.
 */
export async function rebuildIndex(ids: readonly CrashId[], parts: RebuildParts): Promise<RebuiltBatch> {
  const failures = new Map<CrashId, string>();
  const gone = new Set<CrashId>();
  let changed: readonly CrashId[] = ids;
  for (let round = 1; changed.length > 0; round += 1) {
    if (round > MOST_ROUNDS)
      throw new StorageUnavailable(`${changed[0] ?? ""} is changed all the time. Try again in a moment.`);
    const read = await readCrashes(changed, parts, failures);
    await save([...read.values()], parts, failures);
    const before = new Map([...read].map(([id, crash]) => [id, digestOf(crash)]));
    read.clear();
    const now = await readCrashes([...before.keys()], parts, failures);
    const lost = [...before.keys()].filter((id) => !now.has(id) && !failures.has(id));
    if (lost.length > 0) await parts.writer.remove(lost);
    for (const id of changed) if (!now.has(id) && !failures.has(id)) gone.add(id);
    changed = [...now].filter(([id, crash]) => digestOf(crash) !== before.get(id)).map(([id]) => id);
  }
  return {
    indexed: ids.length - gone.size - failures.size,
    withoutProcessed: gone.size,
    failures: [...failures].map(([crash_id, reason]) => ({ crash_id, reason })),
  };
}

function digestOf(crash: WholeCrash): string {
  return createHash("sha1").update(JSON.stringify(crash)).digest("hex");
}

/** Those that are there. */
async function readCrashes(
  ids: readonly CrashId[],
  { source }: RebuildParts,
  failures: Map<CrashId, string>,
): Promise<Map<CrashId, WholeCrash>> {
  const found = new Map<CrashId, WholeCrash>();
  await concurrently(ids, { limit: READ_AT_ONCE }, async (id) => {
    const processed = await refusedOrDone(id, failures, () => foundOrNull(source.getUnredactedProcessed(id)));
    if (!processed) return;
    const raw = await refusedOrDone(id, failures, () => foundOrNull(source.getRaw(id)));
    if (!failures.has(id)) found.set(id, raw ? { processed, raw } : { processed });
  });
  return found;
}

/** All at once; where that is refused one by one, to tell which. */
async function save(
  crashes: readonly WholeCrash[],
  { writer }: RebuildParts,
  failures: Map<CrashId, string>,
): Promise<void> {
  if (crashes.length === 0) return;
  try {
    await writer.save(crashes);
  } catch (error) {
    if (!isAppError(error) || error.transient) throw error;
    for (const crash of crashes)
      await refusedOrDone(crash.processed.uuid, failures, () => writer.save([crash]));
  }
}

/** Notes a refusal; whatever may work later is thrown. */
async function refusedOrDone<T>(
  id: CrashId,
  failures: Map<CrashId, string>,
  work: () => Promise<T>,
): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    if (!isAppError(error) || error.transient) throw error;
    failures.set(id, `${error.name}: ${error.message}`);
    return null;
  }
}
