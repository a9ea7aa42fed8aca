import type { RawCrash } from "#lib/core/crash";
import type { CrashStorage } from "#lib/crashstorage/storage";

/** Told how long each call took, whether it failed or not. */
export type OnTimed = (method: string, seconds: number) => void;

/** BenchmarkingCrashStorage: passes every call on, and tells how long it took. */
export function benchmarkingStorage(storage: CrashStorage, onTimed: OnTimed): CrashStorage {
  const timed =
    <Arguments extends readonly unknown[], T>(method: string, call: (...args: Arguments) => Promise<T>) =>
    async (...args: Arguments): Promise<T> => {
      const started = performance.now();
      try {
        return await call(...args);
      } finally {
        onTimed(method, (performance.now() - started) / 1000);
      }
    };
  return {
    name: "benchmarking",
    keeps: storage.keeps,
    members: [{ role: "measured", storage }],
    saveRaw: timed("saveRaw", (report) => storage.saveRaw(report)),
    saveProcessed: timed("saveProcessed", (crash, raw?: RawCrash) => storage.saveProcessed(crash, raw)),
    getRaw: timed("getRaw", (id) => storage.getRaw(id)),
    getDump: timed("getDump", (id, name) => storage.getDump(id, name)),
    getDumpsAsFiles: timed("getDumpsAsFiles", (id, directory) => storage.getDumpsAsFiles(id, directory)),
    getUnredactedProcessed: timed("getUnredactedProcessed", (id) => storage.getUnredactedProcessed(id)),
    remove: timed("remove", (id) => storage.remove(id)),
    newCrashes: () => storage.newCrashes(),
    close: timed("close", () => storage.close()),
  };
}
