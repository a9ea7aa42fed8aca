import type { Readable } from "node:stream";
import { subHours } from "date-fns";
import { dumpName, MAIN_DUMP } from "#lib/core/crash";
import { parseCrashId, type CrashId } from "#lib/core/crash-id";
import { BadArgument, Forbidden } from "#lib/core/errors";
import type { JsonObject } from "#lib/core/json";
import type { Viewer } from "#lib/core/viewer";
import { foundOrNull } from "#lib/crashstorage/found-or-null";
import { saveViewEntry, type AuditEntry } from "#lib/db/audit";
import { redactProcessedCrash, redactRawCrash } from "#lib/fields/redact";
import type { CrashReader, MiddlewareServices } from "#lib/services";

/** The crash id of a parameter. Throws BadArgument, in the reference's words, when it is none. */
export function crashIdOf(text: string): CrashId {
  const id = text.startsWith("bp-") ? null : parseCrashId(text);
  if (!id) throw new BadArgument("Bad value for parameter(s) 'uuid'");
  return id;
}

/** Where crashes are read, and it is kept who was shown protected data: what cannot be kept is not shown. */
export interface CrashDoor {
  readonly crashData: CrashReader;
  readonly keepView: (view: AuditEntry) => Promise<void>;
}

/** The door to the crashes of an installation. Who looks at the same crash again within the hour makes no other entry. */
export function crashDoor({
  crashData,
  database,
}: Pick<MiddlewareServices, "crashData" | "database">): CrashDoor {
  return { crashData, keepView: (view) => saveViewEntry(database, view, subHours(view.at, 1)) };
}

/** Who asks for something of a crash, and when. */
export interface CrashAsking {
  readonly viewer: Viewer;
  readonly now: Date;
}

/** What a viewer may see of the raw crash: `RawCrash?format=meta`. */
export async function rawCrash(door: CrashDoor, id: CrashId, asking: CrashAsking): Promise<JsonObject> {
  const raw = await door.crashData.getRaw(id);
  await keepProtectedView(door, id, asking);
  return redactRawCrash(raw, asking.viewer);
}

/** What a viewer may see of the processed crash. */
export async function processedCrash(door: CrashDoor, id: CrashId, asking: CrashAsking): Promise<JsonObject> {
  const processed = await door.crashData.getUnredactedProcessed(id);
  await keepProtectedView(door, id, asking);
  return redactProcessedCrash(processed, asking.viewer);
}

/** What a viewer may see of a crash as the report page needs it. */
export interface ShownCrash {
  readonly raw: JsonObject;
  readonly processed: JsonObject;
}

/** What a viewer may see of both; `waiting` until it has been processed, null when nothing is stored under the id. */
export async function shownCrash(
  door: CrashDoor,
  id: CrashId,
  asking: CrashAsking,
): Promise<ShownCrash | "waiting" | null> {
  const [raw, processed] = await Promise.all([
    foundOrNull(door.crashData.getRaw(id)),
    foundOrNull(door.crashData.getUnredactedProcessed(id)),
  ]);
  if (!raw) return null;
  if (!processed) return "waiting";
  await keepProtectedView(door, id, asking);
  return {
    raw: redactRawCrash(raw, asking.viewer),
    processed: redactProcessedCrash(processed, asking.viewer),
  };
}

/** A dump for download. */
export interface DumpDownload {
  readonly fileName: string;
  readonly content: Readable;
}

/** One dump's bytes: `RawCrash?format=raw`. A missing dump is CrashIdNotFound also for those who may not see it. */
export async function rawDump(
  door: CrashDoor,
  id: CrashId,
  name: string | null,
  asking: CrashAsking,
): Promise<DumpDownload> {
  const stored = dumpName(name);
  const content = await door.crashData.getDump(id, stored);
  try {
    if (!asking.viewer.can("view_rawdump"))
      throw new Forbidden("Binary response requires permissions: View Raw Dumps");
    await door.keepView(viewEntry(id, asking, { action: "crash.download_dump", detail: stored }));
  } catch (error) {
    content.destroy();
    throw error;
  }
  return { fileName: downloadName(id, stored), content };
}

function downloadName(id: CrashId, name: string): string {
  if (name === "memory_report") return "memory_report.json.gz";
  return name === MAIN_DUMP ? `${id}.dmp` : `${id}-${name}.dmp`;
}

async function keepProtectedView(door: CrashDoor, id: CrashId, asking: CrashAsking): Promise<void> {
  if (!asking.viewer.can("view_pii")) return;
  await door.keepView(viewEntry(id, asking, { action: "crash.view_protected", detail: "" }));
}

function viewEntry(
  id: CrashId,
  { viewer, now }: CrashAsking,
  what: Pick<AuditEntry, "action" | "detail">,
): AuditEntry {
  return { at: now, actor: viewer.email ?? "nobody", subject: id, ...what };
}
