import type { RawCrash } from "#lib/core/crash";
import { isJsonArray, isJsonObject, type Json } from "#lib/core/json";

/**
 * The raw crash as rules get it: no NUL characters in keys and text, well-formed text, and no nulls at
 * the top, which say the same as a missing key.
 */
export function cleanRawCrash(raw: RawCrash): RawCrash {
  const entries = Object.entries(raw).filter(([, value]) => value !== null && value !== undefined);
  return {
    ...Object.fromEntries(entries.map(([key, value]) => [cleanText(key), clean(value ?? null)])),
    uuid: raw.uuid,
    submitted_timestamp: raw.submitted_timestamp,
  };
}

function clean(value: Json): Json {
  if (typeof value === "string") return cleanText(value);
  if (isJsonArray(value)) return value.map(clean);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [cleanText(key), clean(item ?? null)]),
  );
}

function cleanText(text: string): string {
  return text.replaceAll("\0", "").toWellFormed();
}
