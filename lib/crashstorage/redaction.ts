import type { ProcessedCrash } from "#lib/core/crash";
import { isJsonObject, type JsonObject } from "#lib/core/json";

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

/** A processed crash without some keys; dots lead into objects. The crash given stays as it is. */
export function redact(crash: ProcessedCrash, keys: readonly string[]): ProcessedCrash {
  return keys.map((key) => key.split(".")).reduce(without, crash) as ProcessedCrash;
}

/** An object without what is at a path; the object given stays as it is. */
function without(from: JsonObject, [key = "", ...rest]: readonly string[]): JsonObject {
  const inner = from[key];
  if (inner === undefined) return from;
  if (rest.length > 0) return isJsonObject(inner) ? { ...from, [key]: without(inner, rest) } : from;
  return Object.fromEntries(Object.entries(from).filter(([name]) => name !== key));
}
