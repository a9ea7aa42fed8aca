import type { ProcessedCrash } from "#lib/core/crash";
import { isJsonObject, type JsonObject } from "#lib/core/json";
import type { CrashStorage } from "#lib/crashstorage/storage";

/** The keys that Socorro's redactor took out unless told otherwise; dots lead into objects. */
export const FORBIDDEN_KEYS = [
  "url",
  "email",
  "user_id",
  "exploitability",
  "json_dump.sensitive",
  "upload_file_minidump_flash1.json_dump.sensitive",
  "upload_file_minidump_flash2.json_dump.sensitive",
  "upload_file_minidump_browser.json_dump.sensitive",
  "memory_info",
] as const;

/** Takes keys out of processed crashes before they are saved, for stores that more people may read. */
export function redactingStorage(storage: CrashStorage, keys: readonly string[]): CrashStorage {
  const paths = keys.map((key) => key.split("."));
  return {
    ...storage,
    name: "redacting",
    members: [{ role: "redacted", storage }],
    saveProcessed: (crash) => storage.saveProcessed(paths.reduce(without, crash) as ProcessedCrash),
  };
}

/** An object without what is at a path; the object given stays as it is. */
function without(from: JsonObject, [key = "", ...rest]: readonly string[]): JsonObject {
  const inner = from[key];
  if (inner === undefined) return from;
  if (rest.length > 0) return isJsonObject(inner) ? { ...from, [key]: without(inner, rest) } : from;
  return Object.fromEntries(Object.entries(from).filter(([name]) => name !== key));
}
