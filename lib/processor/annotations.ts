import type { RawCrash } from "#lib/core/crash";
import { isJsonObject, type Json, type JsonObject } from "#lib/core/json";

/** An annotation as text, as most clients send all of them; null when it is missing. */
export function annotationText(raw: RawCrash, name: string): string | null {
  const value = raw[name];
  if (value === undefined || value === null) return null;
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** An annotation as a whole number; null when it is missing or none. */
export function annotationInteger(raw: RawCrash, name: string): number | null {
  return wholeNumber(annotationText(raw, name));
}

/** A whole number in text, or null. */
export function wholeNumber(text: string | null): number | null {
  const trimmed = text?.trim() ?? "";
  return /^[+-]?\d+$/.test(trimmed) ? Number(trimmed) : null;
}

/** An annotation that holds a JSON object; null when it is missing or holds something else. */
export function annotationObject(raw: RawCrash, name: string): JsonObject | null {
  const value = raw[name];
  const parsed = typeof value === "string" ? parseJson(value) : value;
  return isJsonObject(parsed) ? parsed : null;
}

/** The value of JSON text; undefined when it is not JSON. */
export function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

/** True for `1` and `true` in any case. */
export function isTrueText(text: string | null): boolean {
  return text !== null && ["1", "true"].includes(text.trim().toLowerCase());
}
