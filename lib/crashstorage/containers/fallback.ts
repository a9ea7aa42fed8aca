import { PolyCrashStorageError } from "#lib/core/errors";
import { keptByAny, type CrashStorage } from "#lib/crashstorage/storage";
import { gettersOf } from "./attempts";

/** FallbackCrashStorage: the primary store, and another one for what the primary cannot save or does not have. */
export function fallbackStorage({
  primary,
  fallback,
  onFallback,
}: {
  readonly primary: CrashStorage;
  readonly fallback: CrashStorage;
  /** Told why the primary could not save. */
  readonly onFallback: (error: unknown) => void;
}): CrashStorage {
  const saveIn = async (save: (storage: CrashStorage) => Promise<void>) => {
    try {
      await save(primary);
    } catch (first) {
      onFallback(first);
      await save(fallback).catch((second: unknown) => {
        throw new PolyCrashStorageError([first, second]);
      });
    }
  };
  return {
    name: "fallback",
    keeps: keptByAny([primary, fallback]),
    members: [
      { role: "primary", storage: primary },
      { role: "fallback", storage: fallback },
    ],
    saveRaw: (report) => saveIn((storage) => storage.saveRaw(report)),
    saveProcessed: (crash, raw) => saveIn((storage) => storage.saveProcessed(crash, raw)),
    async *newCrashes() {
      yield* fallback.newCrashes();
      yield* primary.newCrashes();
    },
    ...gettersOf([primary, fallback]),
  };
}
