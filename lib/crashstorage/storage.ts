import type { Readable } from "node:stream";
import type { CrashReport, Dumps, ProcessedCrash, RawCrash } from "#lib/core/crash";
import type { CrashId } from "#lib/core/crash-id";

/** A store inside a container. */
export interface StorageMember {
  /** Such as `primary`. */
  readonly role: string;
  readonly storage: CrashStorage;
}

/** What there is of a crash. */
export type CrashPart = "raw" | "dumps" | "processed";

/** What most stores keep. */
export const EVERY_PART: ReadonlySet<CrashPart> = new Set<CrashPart>(["raw", "dumps", "processed"]);

/**
 * Where crashes are kept: raw crash, dumps and processed crash of each crash id.
 *
 * - `get*` throw CrashIdNotFound, never return null, and never show half a crash:
 *   a raw crash that can be read has all its dumps.
 * - `save*` replace. Once resolved, what was saved survives a kill of the process and
 *   a loss of power. When the first save of a crash throws, nothing of it is visible; only where
 *   the answer of the store was lost, all of it may be.
 * - While a crash is replaced, readers get each part (raw crash, a dump, processed crash) whole, old
 *   or new, and who has the new raw crash gets its dumps or newer ones. When replacing throws, parts
 *   may be new already, each whole; saving again makes all of them new. A store that can do more says so.
 * - Of several that save the same crash at once in one process, all parts are of one of them; of
 *   several processes, each part is.
 * - An id that is no crash id is BadArgument, a dump name that leads elsewhere too: neither reaches the store.
 * - A store that is full, gone or unreachable throws StorageUnavailable (transient);
 *   content that cannot be read back throws StorageCorrupt. Both name the store and the crash id.
 *
 * Every implementation runs `crashStorageContract` of conformance.ts, and one that is reached over TCP
 * `crashStorageFaults` of fault-conformance.ts.
 */
export interface CrashStorage {
  readonly name: string;
  /**
   * The parts of a crash that can be read back. Any other part is taken and not kept: asking for it is
   * CrashIdNotFound.
   */
  readonly keeps: ReadonlySet<CrashPart>;
  /** The stores inside, by the parts they play; only containers have any, and every container has. */
  readonly members?: readonly StorageMember[];
  /** Saves the raw crash and copies of all dumps; the caller's dump files stay the caller's. */
  saveRaw(report: CrashReport): Promise<void>;
  /** `raw` is what it was made of: a store whose crashes are searched makes them found by their annotations. */
  saveProcessed(crash: ProcessedCrash, raw?: RawCrash): Promise<void>;
  getRaw(id: CrashId): Promise<RawCrash>;
  /** One dump as a stream of bytes. The name is as stored: see `dumpName`. */
  getDump(id: CrashId, name: string): Promise<Readable>;
  /**
   * All dumps as files on this machine, in `directory` where they are not files already.
   * The files are to be read only, and are valid until the crash is removed.
   */
  getDumpsAsFiles(id: CrashId, directory: string): Promise<Dumps>;
  /** The processed crash as it was saved, protected parts included. */
  getUnredactedProcessed(id: CrashId): Promise<ProcessedCrash>;
  /** Removes all there is of a crash. Removing an unknown crash throws CrashIdNotFound. */
  remove(id: CrashId): Promise<void>;
  /**
   * Crashes saved since they were last iterated over, each once; one comes again only when the iteration was broken
   * off at it. Nothing for a store that does not tell new from old.
   */
  newCrashes(): AsyncIterable<CrashId>;
  /**
   * What `newCrashes` would give, without taking it: each stays new until it is removed. Those whose removal was broken
   * off, or that were never saved to the end, may be among them. Only of stores that can.
   */
  peekNewCrashes?(): AsyncIterable<CrashId>;
  /**
   * The crashes there are, of a day (YYYYMMDD, as in their ids) or, with null, of all days; only of stores that can list
   * them. One whose removal was broken off may be among them. Crashes may be removed meanwhile.
   */
  crashIds?(day: string | null): AsyncIterable<CrashId>;
  close(): Promise<void>;
}

/** The parts that at least one of some stores keeps. */
export function keptByAny(stores: readonly CrashStorage[]): ReadonlySet<CrashPart> {
  return new Set(stores.flatMap(({ keeps }) => [...keeps]));
}

/** The new crashes of a store that does not tell new from old. */
export async function* noNewCrashes(): AsyncGenerator<CrashId, void> {
  await Promise.resolve();
  yield* [];
}
