import { keptByAny, type CrashStorage } from "#lib/crashstorage/storage";
import { gettersOf, withAll } from "./attempts";

/**
 * PolyCrashStorage: saves to all members, also when some fail, and then throws PolyCrashStorageError with every
 * failure. Each member gets a copy of its own. Reads from the first member that has what is asked for.
 */
export function polyStorage(members: readonly CrashStorage[]): CrashStorage {
  return {
    name: "poly",
    keeps: keptByAny(members),
    members: members.map((storage, index) => ({ role: `member ${index + 1}`, storage })),
    saveRaw: ({ id, raw, dumps }) =>
      withAll(members, (storage) =>
        storage.saveRaw({ id, raw: structuredClone(raw), dumps: new Map(dumps) }),
      ),
    saveProcessed: (crash, raw) =>
      withAll(members, (storage) => storage.saveProcessed(structuredClone(crash), structuredClone(raw))),
    async *newCrashes() {
      const [first] = members;
      if (first) yield* first.newCrashes();
    },
    ...gettersOf(members),
  };
}
