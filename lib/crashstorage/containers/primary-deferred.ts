import type { JsonObject } from "#lib/core/json";
import { keptByAny, type CrashStorage } from "#lib/crashstorage/storage";
import { gettersOf, withAll } from "./attempts";

/** Whether a raw or processed crash is to be deferred. */
export type Deferral = (crash: JsonObject) => boolean;

/** A key that says "yes" defers: any value but none, false, 0 and the empty text. */
export function deferredWhen(key: string): Deferral {
  return (crash) => ![undefined, null, false, 0, "", "0", "false"].includes(crash[key] as never);
}

/** PrimaryDeferredStorage: crashes that are deferred go to a store of their own, from which nothing is processed. */
export function primaryDeferredStorage({
  primary,
  deferred,
  isDeferred,
}: {
  readonly primary: CrashStorage;
  readonly deferred: CrashStorage;
  readonly isDeferred: Deferral;
}): CrashStorage {
  const storeFor = (crash: JsonObject) => (isDeferred(crash) ? deferred : primary);
  return {
    name: "primary-deferred",
    keeps: keptByAny([primary, deferred]),
    members: [
      { role: "primary", storage: primary },
      { role: "deferred", storage: deferred },
    ],
    saveRaw: (report) => storeFor(report.raw).saveRaw(report),
    saveProcessed: (crash, raw) => storeFor(crash).saveProcessed(crash, raw),
    newCrashes: () => primary.newCrashes(),
    ...gettersOf([primary, deferred]),
  };
}

/** PrimaryDeferredProcessedStorage: as PrimaryDeferredStorage, with a third store for all processed crashes. */
export function primaryDeferredProcessedStorage({
  processed,
  ...both
}: {
  readonly primary: CrashStorage;
  readonly deferred: CrashStorage;
  readonly processed: CrashStorage;
  readonly isDeferred: Deferral;
}): CrashStorage {
  const raw = primaryDeferredStorage(both);
  const all = gettersOf([both.primary, both.deferred, processed]);
  return {
    ...raw,
    name: "primary-deferred-processed",
    keeps: keptByAny([both.primary, both.deferred, processed]),
    members: [...(raw.members ?? []), { role: "processed", storage: processed }],
    saveProcessed: (crash, raw) => processed.saveProcessed(crash, raw),
    getUnredactedProcessed: (id) => processed.getUnredactedProcessed(id),
    remove: all.remove,
    close: () => withAll([both.primary, both.deferred, processed], (storage) => storage.close()),
  };
}
