import type { CrashId } from "#lib/core/crash-id";
import { StorageCorrupt } from "#lib/core/errors";
import { isJsonObject, type JsonObject } from "#lib/core/json";

/**
 * The JSON object that a store kept of a crash, with the crash's own id in it; a raw or processed crash is that and what
 * its saver put in. Throws StorageCorrupt, which names the store, for anything else.
 */
export function parseStored(id: CrashId, content: string, store = "the store"): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch (cause) {
    throw new StorageCorrupt(`What ${store} has of ${id} is not JSON.`, { cause });
  }
  if (!isJsonObject(value) || value.uuid !== id)
    throw new StorageCorrupt(`What ${store} has of ${id} is not a crash of that id.`);
  return value;
}
