import type { Readable } from "node:stream";
import { dumpName, MAIN_DUMP, type ProcessedCrash, type RawCrash } from "#lib/core/crash";
import { parseCrashId, type CrashId } from "#lib/core/crash-id";
import { BadArgument, Forbidden } from "#lib/core/errors";
import type { JsonObject } from "#lib/core/json";
import type { Viewer } from "#lib/core/viewer";
import { foundOrNull } from "#lib/crashstorage/found-or-null";
import { redactProcessedCrash, redactRawCrash } from "#lib/fields/redact";
import type { CrashReader } from "#lib/services";

/** The crash id of a parameter. Throws BadArgument, in the reference's words, when it is none. */
export function crashIdOf(text: string): CrashId {
  const id = text.startsWith("bp-") ? null : parseCrashId(text);
  if (!id) throw new BadArgument("Bad value for parameter(s) 'uuid'");
  return id;
}

/** What a viewer may see of the raw crash: `RawCrash?format=meta`. */
export async function rawCrash(crashData: CrashReader, id: CrashId, viewer: Viewer): Promise<JsonObject> {
  return redactRawCrash(await crashData.getRaw(id), viewer);
}

/** What a viewer may see of the processed crash. */
export async function processedCrash(
  crashData: CrashReader,
  id: CrashId,
  viewer: Viewer,
): Promise<JsonObject> {
  return redactProcessedCrash(await crashData.getUnredactedProcessed(id), viewer);
}

/** A dump for download. */
export interface DumpDownload {
  readonly fileName: string;
  readonly content: Readable;
}

/** One dump's bytes: `RawCrash?format=raw`. A missing dump is CrashIdNotFound also for those who may not see it. */
export async function rawDump(
  crashData: CrashReader,
  id: CrashId,
  name: string | null,
  viewer: Viewer,
): Promise<DumpDownload> {
  const stored = dumpName(name);
  const content = await crashData.getDump(id, stored);
  if (viewer.can("view_rawdump")) return { fileName: downloadName(id, stored), content };
  content.destroy();
  throw new Forbidden("Binary response requires permissions: View Raw Dumps");
}

function downloadName(id: CrashId, name: string): string {
  if (name === "memory_report") return "memory_report.json.gz";
  return name === MAIN_DUMP ? `${id}.dmp` : `${id}-${name}.dmp`;
}

/** A crash as the report page needs it, unredacted: it goes through the gate with the page's viewer. */
export interface StoredCrash {
  readonly raw: RawCrash;
  /** Null while it waits to be processed. */
  readonly processed: ProcessedCrash | null;
}

/** A stored crash, or null when nothing is stored under the id. */
export async function storedCrash(crashData: CrashReader, id: CrashId): Promise<StoredCrash | null> {
  const [raw, processed] = await Promise.all([
    foundOrNull(crashData.getRaw(id)),
    foundOrNull(crashData.getUnredactedProcessed(id)),
  ]);
  return raw && { raw, processed };
}
