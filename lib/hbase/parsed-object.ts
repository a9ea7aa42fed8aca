import { isJsonObject, type JsonObject } from "#lib/core/json";

/** Null for what is not JSON, or not an object. */
export function parsedObject(content: string): JsonObject | null {
  try {
    const value: unknown = JSON.parse(content);
    return isJsonObject(value) ? value : null;
  } catch {
    return null;
  }
}
