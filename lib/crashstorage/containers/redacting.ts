import { redact } from "#lib/crashstorage/redaction";
import type { CrashStorage } from "#lib/crashstorage/storage";

/**
 * Takes keys out of processed crashes before they are saved, for stores that more people may read. These do not learn what
 * a crash was made of: its annotations have what was taken out.
 */
export function redactingStorage(storage: CrashStorage, keys: readonly string[]): CrashStorage {
  return {
    ...storage,
    name: "redacting",
    members: [{ role: "redacted", storage }],
    saveProcessed: (crash) => storage.saveProcessed(redact(crash, keys)),
  };
}
