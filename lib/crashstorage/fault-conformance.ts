import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { MAIN_DUMP, type CrashReport } from "#lib/core/crash";
import type { CrashId } from "#lib/core/crash-id";
import { hasCode, isAppError } from "#lib/core/errors";
import { staysBelow } from "#test/live-memory";
import type { ServiceProcess } from "#test/services/service-process";
import { startTcpProxy, type TcpProxy } from "#test/services/tcp-proxy";
import {
  crashReport,
  expectStored,
  LARGE_DUMP_MEMORY_BYTES,
  largeDump,
  NOT_FOUND,
  processedCrash as processed,
} from "#test/stored-crashes";
import { sampleId } from "./conformance";
import { foundOrNull } from "./found-or-null";
import { EVERY_PART, type CrashPart, type CrashStorage } from "./storage";

/** What a driver's test gives the faults: a store that is reached over TCP. */
export interface FaultyStore {
  /** Of the real server; asked for when a test begins. */
  readonly port: () => number;
  /**
   * Opens the store through another port of this machine that leads to the server. Fresh and empty below a directory of
   * its own; called again with the same directory it opens the same store.
   */
  readonly open: (port: number, directory: string) => Promise<CrashStorage>;
  readonly keeps?: ReadonlySet<CrashPart>;
  /** How much memory a dump of 20 MB may take; 10 MB unless its way to the store cannot be streamed. */
  readonly largeDumpMemoryBytes?: number;
  /** A server of the test's own, to be killed and started; without one the way to it is cut instead. */
  readonly service?: () => Pick<ServiceProcess, "kill" | "start">;
}

/** How many cuts are tried at once: a store that tries again for some seconds does so in all of them together. */
const CUTS_AT_ONCE = 16;
const MOST_CHUNKS = 400;
const MOST_ATTEMPTS = 20;
const DUMP = new Uint8Array(150_000).fill(5);

/** One try of something whose way to the store is cut after some chunks. */
interface Try {
  readonly storage: CrashStorage;
  readonly proxy: TcpProxy;
  readonly id: CrashId;
}

/**
 * What must hold when the way to a store breaks, is slow, or its server is restarted. A driver's test calls it beside
 * `crashStorageContract`:
 *
 *     crashStorageFaults("s3", {
 *       port: () => gateway.port,
 *       open: (port, directory) => s3Storage({ …, endpoint: `http://127.0.0.1:${port}` }),
 *       service: () => gateway,
 *     });
 */
export function crashStorageFaults(
  name: string,
  { port, open, keeps = EVERY_PART, largeDumpMemoryBytes = LARGE_DUMP_MEMORY_BYTES, service }: FaultyStore,
): void {
  describe(`${name} withstands faults`, () => {
    let directory: string;
    let direct: CrashStorage;

    beforeEach(async () => {
      directory = await mkdtemp(join(tmpdir(), "crashstorage-faults-"));
      direct = await open(port(), join(directory, "store"));
    });
    afterEach(async () => {
      await direct.close();
      await rm(directory, { recursive: true, force: true });
    });

    /** Cuts the way after no chunk, one, two, … until what is done gets through. */
    const sweep = async (
      before: (id: CrashId) => Promise<void>,
      cutOff: (at: Try) => Promise<unknown>,
      afterwards: (at: Try) => Promise<void>,
    ) => {
      const cutAfter = async (chunks: number): Promise<boolean> => {
        const proxy = await startTcpProxy(port());
        const storage = await open(proxy.port, join(directory, "store"));
        const at: Try = { storage, proxy, id: sampleId() };
        try {
          await before(at.id);
          proxy.cutAfterChunks(chunks);
          const failure = await cutOff(at).then(
            () => null,
            (error: unknown) => ({ error }),
          );
          if (failure) expectFault(failure.error, at);
          await afterwards(at);
          return failure === null;
        } finally {
          proxy.resume();
          await storage.close();
          await proxy.close();
        }
      };
      for (let chunks = 0; chunks < MOST_CHUNKS; chunks += CUTS_AT_ONCE) {
        const cuts = Array.from({ length: CUTS_AT_ONCE }, (_, index) => chunks + index);
        if ((await Promise.all(cuts.map(cutAfter))).includes(true)) return;
      }
      throw new Error(`Nothing gets through before ${MOST_CHUNKS} chunks have passed.`);
    };
    const reportOf = (id: CrashId, version = 1): Promise<CrashReport> =>
      crashReport(directory, id, dumpsOf(version), { version });
    const saved = async (id: CrashId, version = 1) => ({
      raw: (await reportOf(id, version)).raw,
      dumps: dumpsOf(version),
    });
    const removedOnce = async (storage: CrashStorage, id: CrashId) => {
      if (keeps.has("raw")) await storage.remove(id);
      await expect(storage.remove(id)).rejects.toMatchObject(NOT_FOUND);
      await expectStored(storage, id, directory, {});
    };

    it("a save that is cut off anywhere says so, shows no half of a crash, and succeeds when tried again, once", async () => {
      await sweep(
        () => Promise.resolve(),
        async ({ storage, id }) => storage.saveRaw(await reportOf(id)),
        async ({ storage, proxy, id }) => {
          const shown = await foundOrNull(direct.getDump(id, MAIN_DUMP));
          if (shown) expect((await buffer(shown)).equals(DUMP)).toBe(true);
          if (shown ?? (await foundOrNull(direct.getRaw(id))))
            await expectStored(direct, id, directory, await saved(id));
          proxy.resume();
          await storage.saveRaw(await reportOf(id));
          await expectStored(storage, id, directory, await saved(id));
          await removedOnce(storage, id);
        },
      );
    });

    it("a save of a processed crash that is cut off anywhere says so, and succeeds when tried again, once", async () => {
      await sweep(
        () => Promise.resolve(),
        ({ storage, id }) => storage.saveProcessed(processed(id)),
        async ({ storage, proxy, id }) => {
          const shown = await foundOrNull(direct.getUnredactedProcessed(id));
          if (shown) expect(shown).toEqual(processed(id));
          proxy.resume();
          await storage.saveProcessed(processed(id));
          await expectStored(storage, id, directory, { processed: processed(id) });
          if (keeps.has("processed")) await storage.remove(id);
          await expect(storage.remove(id)).rejects.toMatchObject(NOT_FOUND);
        },
      );
    });

    it("replacing that is cut off anywhere leaves each part whole, old or new, and succeeds when tried again", async () => {
      await sweep(
        async (id) => direct.saveRaw(await reportOf(id)),
        async ({ storage, id }) => storage.saveRaw(await reportOf(id, 2)),
        async ({ storage, proxy, id }) => {
          if (keeps.has("raw")) {
            const raw = await direct.getRaw(id);
            expect([(await saved(id)).raw, (await saved(id, 2)).raw]).toContainEqual(raw);
          }
          if (keeps.has("dumps")) {
            const dump = await buffer(await direct.getDump(id, MAIN_DUMP));
            expect([1, 2].some((version) => dump.equals(dumpsOf(version)[MAIN_DUMP]))).toBe(true);
          }
          proxy.resume();
          await storage.saveRaw(await reportOf(id, 2));
          await expectStored(storage, id, directory, await saved(id, 2));
        },
      );
    });

    it("what is read and cut off anywhere is a failure, never a crash that is not there", async () => {
      const reads: readonly ((at: Try) => Promise<unknown>)[] = [
        ...(keeps.has("raw") ? [({ storage, id }: Try) => storage.getRaw(id)] : []),
        ...(keeps.has("processed") ? [({ storage, id }: Try) => storage.getUnredactedProcessed(id)] : []),
        ...(keeps.has("dumps")
          ? [
              async ({ storage, id }: Try) => buffer(await storage.getDump(id, MAIN_DUMP)),
              ({ storage, id }: Try) => storage.getDumpsAsFiles(id, directory),
            ]
          : []),
      ];
      const everything = async (id: CrashId) => {
        await direct.saveRaw(await reportOf(id));
        await direct.saveProcessed(processed(id));
      };
      const readAgain = (read: (at: Try) => Promise<unknown>) => async (at: Try) => {
        at.proxy.resume();
        await read(at);
      };
      await Promise.all(reads.map((read) => sweep(everything, read, readAgain(read))));
    });

    it("a slow network loses nothing", async () => {
      const proxy = await startTcpProxy(port());
      const storage = await open(proxy.port, join(directory, "store"));
      proxy.delay(25);
      const id = sampleId();
      await storage.saveRaw(await reportOf(id));
      await storage.saveProcessed(processed(id));
      await expectStored(storage, id, directory, { ...(await saved(id)), processed: processed(id) });
      await storage.close();
      await proxy.close();
    });

    it("a dump of 20 MB waits for a slow network where it is, not in memory", async () => {
      const proxy = await startTcpProxy(port());
      const storage = await open(proxy.port, join(directory, "store"));
      const id = sampleId();
      const large = await largeDump(join(directory, "large"));
      const saved: CrashReport = { ...(await reportOf(id)), dumps: new Map([[MAIN_DUMP, large]]) };
      proxy.delay(5);
      expect(await staysBelow(largeDumpMemoryBytes, () => storage.saveRaw(saved))).toBe(true);
      await storage.close();
      await proxy.close();
    });

    it("a restart in the middle of many saves loses nothing and doubles nothing", async () => {
      const proxy = await startTcpProxy(port());
      const storage = await open(proxy.port, join(directory, "store"));
      const restart = async () => {
        proxy.cut();
        await service?.().kill();
        await service?.().start();
        proxy.resume();
      };
      const ids = Array.from({ length: 40 }, sampleId);
      const rest = ids.values();
      let done = 0;
      let restarting: Promise<void> | null = null;
      const saver = async () => {
        for (const id of rest) {
          await untilSaved({ storage, proxy, id }, async () => storage.saveRaw(await reportOf(id)));
          done += 1;
          if (done === 10) restarting = restart();
          await restarting;
        }
      };
      await Promise.all(Array.from({ length: 5 }, saver));
      for (const id of ids) {
        await expectStored(storage, id, directory, await saved(id));
        await removedOnce(storage, id);
      }
      await storage.close();
      await proxy.close();
    });
  });
}

function dumpsOf(version: number) {
  return version === 1
    ? { [MAIN_DUMP]: DUMP, first: Uint8Array.of(1) }
    : { [MAIN_DUMP]: new Uint8Array(120_000).fill(version), second: Uint8Array.of(2) };
}

async function untilSaved(at: Try, save: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await save();
      return;
    } catch (error) {
      if (attempt === MOST_ATTEMPTS) throw error;
      expectFault(error, at);
    }
  }
}

/** A failure that may pass, told so that somebody can look for the store and the crash. */
function expectFault(error: unknown, { storage, id }: Try): void {
  expect(isAppError(error) && !hasCode(error, "crash_id_not_found"), String(error)).toBe(true);
  expect(error).toMatchObject({ transient: true, status: 503 });
  const message = error instanceof Error ? error.message : "";
  expect(message).toContain(id);
  expect(message.toLowerCase()).toContain(storage.name);
}
