import { CrashIdNotFound } from "#lib/core/errors";
import type { CrashId } from "#lib/core/crash-id";
import { noNewCrashes, type CrashStorage } from "#lib/crashstorage/storage";

/** NullCrashStorage: takes everything and keeps nothing, for measuring and for switching a store off. */
export function nullStorage(): CrashStorage {
  const keepNothing = () => Promise.resolve();
  const knowNothing = (id: CrashId) => Promise.reject(new CrashIdNotFound(id));
  return {
    name: "null",
    keeps: new Set(),
    saveRaw: keepNothing,
    saveProcessed: keepNothing,
    getRaw: knowNothing,
    getDump: knowNothing,
    getDumpsAsFiles: knowNothing,
    getUnredactedProcessed: knowNothing,
    remove: knowNothing,
    newCrashes: noNewCrashes,
    close: keepNothing,
  };
}
