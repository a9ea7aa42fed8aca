import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Dumps, RawCrash } from "#lib/core/crash";
import type { CrashId } from "#lib/core/crash-id";
import { refuseChangedDumps } from "#lib/crashstorage/copy-crash";
import { foundOrNull } from "#lib/crashstorage/found-or-null";
import type { CrashPart, CrashStorage } from "#lib/crashstorage/storage";
import type { CrashFolder } from "./crash-folder";

/** What crashes can be fetched from; every crash storage can. */
export interface FetchSource extends Pick<CrashStorage, "getRaw" | "getUnredactedProcessed"> {
  /** All dumps as files in a directory, or where they are already; the raw crash tells which there are. */
  getDumpsAsFiles(id: CrashId, directory: string, raw: RawCrash): Promise<Dumps>;
}

export interface FetchOptions {
  readonly from: FetchSource;
  readonly to: CrashFolder;
  readonly parts: ReadonlySet<CrashPart>;
  /** Where dumps are put meanwhile. */
  readonly temporaryDirectory: string;
}

export type FetchOutcome = "fetched" | "fetched, but not processed yet";

/**
 * Fetches the wanted parts of a crash into a folder. Throws CrashIdNotFound, StorageCorrupt when dumps are not those that
 * the collector took, and what the source throws.
 */
export async function fetchCrash(
  id: CrashId,
  { from, to, parts, temporaryDirectory }: FetchOptions,
): Promise<FetchOutcome> {
  const directory = await mkdtemp(join(temporaryDirectory, "fetch-"));
  try {
    if (parts.has("raw") || parts.has("dumps")) {
      const raw = await from.getRaw(id);
      const dumps = parts.has("dumps") ? await from.getDumpsAsFiles(id, directory, raw) : undefined;
      if (dumps) await refuseChangedDumps(id, raw, dumps);
      await to.save(id, { ...(parts.has("raw") ? { raw } : {}), ...(dumps ? { dumps } : {}) });
    }
    if (!parts.has("processed")) return "fetched";
    const processed = await foundOrNull(from.getUnredactedProcessed(id));
    if (!processed) {
      // Says that the crash is not there, where nothing else was asked for.
      await from.getRaw(id);
      return "fetched, but not processed yet";
    }
    await to.save(id, { processed });
    return "fetched";
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
