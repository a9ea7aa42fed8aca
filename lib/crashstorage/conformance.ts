import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { CrashReport, DumpFile, ProcessedCrash, RawCrash } from "#lib/core/crash";
import { MAIN_DUMP } from "#lib/core/crash";
import { newCrashId, type CrashId } from "#lib/core/crash-id";
import { EVERY_PART, type CrashPart, type CrashStorage } from "./storage";

/** What a driver's test gives the contract: a fresh, empty store below a directory of its own. */
export type OpenStorage = (directory: string) => Promise<CrashStorage>;

const submitted = new Date("2026-11-20T01:02:03Z");

/** A crash id of 20 November 2026. */
export function sampleId(): CrashId {
  return newCrashId(submitted, crypto.randomUUID(), 0);
}

/** All that an iteration gives. */
export async function collect<T>(items: AsyncIterable<T>): Promise<readonly T[]> {
  const collected: T[] = [];
  for await (const item of items) collected.push(item);
  return collected;
}

/**
 * The promises of CrashStorage, run against one driver or container. Of the parts that it does not keep the contract
 * asks that they are taken and not found.
 */
export function crashStorageContract(
  name: string,
  openStorage: OpenStorage,
  keeps: ReadonlySet<CrashPart> = EVERY_PART,
): void {
  describe(`${name} keeps the CrashStorage contract`, () => {
    let directory: string;
    let storage: CrashStorage;

    beforeEach(async () => {
      directory = await mkdtemp(join(tmpdir(), "crashstorage-"));
      storage = await openStorage(join(directory, "store"));
    });
    afterEach(async () => {
      await storage.close();
      await rm(directory, { recursive: true, force: true });
    });

    const dumpFile = async (content: Uint8Array): Promise<DumpFile> => {
      const path = join(directory, crypto.randomUUID());
      await writeFile(path, content);
      return { path, sizeBytes: content.length };
    };
    const report = async (
      id: CrashId,
      dumps: Record<string, Uint8Array> = {},
      annotations = {},
    ): Promise<CrashReport> => ({
      id,
      raw: { ...annotations, uuid: id, submitted_timestamp: submitted.toISOString() },
      dumps: new Map(
        await Promise.all(
          Object.entries(dumps).map(async ([key, value]) => [key, await dumpFile(value)] as const),
        ),
      ),
    });
    const processed = (id: CrashId, signature = "a::b"): ProcessedCrash => ({
      uuid: id,
      signature,
      date_processed: submitted.toISOString(),
    });

    it("says which parts of a crash it keeps", () => {
      expect(new Set(storage.keeps)).toEqual(new Set(keeps));
    });

    it("gives back the raw crash and every byte of every dump", async () => {
      const id = sampleId();
      const dumps = {
        [MAIN_DUMP]: Uint8Array.of(0, 1, 255),
        upload_file_minidump_browser: new Uint8Array(100_000).fill(7),
        crash_report: Uint8Array.of(3),
      };
      const saved = await report(id, dumps, { ProductName: "Kestrel", Comments: "é\u0000\ud83d\ude00" });
      await storage.saveRaw(saved);
      expect(await storage.getRaw(id)).toEqual(saved.raw);
      const files = await storage.getDumpsAsFiles(id, directory);
      expect([...files.keys()].sort()).toEqual(Object.keys(dumps).sort());
      for (const [key, content] of Object.entries(dumps)) {
        expect(await buffer(await storage.getDump(id, key))).toEqual(Buffer.from(content));
        const file = files.get(key);
        expect(file?.sizeBytes).toBe(content.length);
        expect(await readFile(file?.path ?? "")).toEqual(Buffer.from(content));
      }
    });

    it("keeps a crash without dumps, and an empty dump", async () => {
      const [bare, empty] = [sampleId(), sampleId()];
      await storage.saveRaw(await report(bare));
      await storage.saveRaw(await report(empty, { [MAIN_DUMP]: new Uint8Array(0) }));
      expect((await storage.getDumpsAsFiles(bare, directory)).size).toBe(0);
      expect((await storage.getDumpsAsFiles(empty, directory)).get(MAIN_DUMP)?.sizeBytes).toBe(0);
    });

    it("leaves the dump files of the caller alone, and does not need them afterwards", async () => {
      const id = sampleId();
      const saved = await report(id, { [MAIN_DUMP]: Uint8Array.of(1, 2, 3) });
      await storage.saveRaw(saved);
      const source = saved.dumps.get(MAIN_DUMP)?.path ?? "";
      expect((await stat(source)).size).toBe(3);
      await rm(source);
      expect(await buffer(await storage.getDump(id, MAIN_DUMP))).toEqual(Buffer.of(1, 2, 3));
    });

    it("replaces the raw crash and its dumps when saved again", async () => {
      const id = sampleId();
      await storage.saveRaw(
        await report(id, { [MAIN_DUMP]: Uint8Array.of(1), other: Uint8Array.of(2) }, { Version: "1" }),
      );
      await storage.saveRaw(await report(id, { [MAIN_DUMP]: Uint8Array.of(9) }, { Version: "2" }));
      expect(await storage.getRaw(id)).toMatchObject({ Version: "2" });
      expect([...(await storage.getDumpsAsFiles(id, directory)).keys()]).toEqual([MAIN_DUMP]);
      expect(await buffer(await storage.getDump(id, MAIN_DUMP))).toEqual(Buffer.of(9));
    });

    it("gives back the processed crash, and the newest one when saved again", async () => {
      const id = sampleId();
      await storage.saveProcessed(processed(id, "first"));
      await storage.saveProcessed(processed(id, "second | ✓"));
      expect(await storage.getUnredactedProcessed(id)).toEqual(processed(id, "second | ✓"));
    });

    it("answers CrashIdNotFound for what was never saved, and never null", async () => {
      const unknown = sampleId();
      const notFound = { code: "crash_id_not_found", message: unknown };
      await expect(storage.getRaw(unknown)).rejects.toMatchObject(notFound);
      await expect(storage.getUnredactedProcessed(unknown)).rejects.toMatchObject(notFound);
      await expect(storage.getDump(unknown, MAIN_DUMP)).rejects.toMatchObject(notFound);
      await expect(storage.getDumpsAsFiles(unknown, directory)).rejects.toMatchObject(notFound);
      await expect(storage.remove(unknown)).rejects.toMatchObject(notFound);
    });

    it("answers CrashIdNotFound for a dump that the crash does not have", async () => {
      const id = sampleId();
      await storage.saveRaw(await report(id, { [MAIN_DUMP]: Uint8Array.of(1) }));
      await expect(storage.getDump(id, "upload_file_minidump_browser")).rejects.toMatchObject({
        code: "crash_id_not_found",
      });
    });

    it.each(["../neighbour", "a/../../b", "/etc/passwd", "", "a\0b"])(
      "neither saves nor reads a dump called %j",
      async (name) => {
        const id = sampleId();
        const strange = await report(id, { [name]: Uint8Array.of(1) });
        await expect(storage.saveRaw(strange)).rejects.toBeDefined();
        await expect(storage.getRaw(id)).rejects.toMatchObject({ code: "crash_id_not_found" });
        await storage.saveRaw(await report(id, { [MAIN_DUMP]: Uint8Array.of(1) }));
        await expect(storage.getDump(id, name)).rejects.toMatchObject({ code: "crash_id_not_found" });
      },
    );

    it("keeps crashes apart that share their first characters", async () => {
      const id = sampleId();
      const neighbour = `${id.slice(0, 20)}${id[20] === "a" ? "b" : "a"}${id.slice(21)}` as CrashId;
      await storage.saveRaw(await report(id, { [MAIN_DUMP]: Uint8Array.of(1) }));
      await storage.saveRaw(await report(neighbour, { [MAIN_DUMP]: Uint8Array.of(2) }));
      await storage.remove(neighbour);
      expect(await buffer(await storage.getDump(id, MAIN_DUMP))).toEqual(Buffer.of(1));
    });

    it("removes the raw crash, the dumps and the processed crash", async () => {
      const id = sampleId();
      await storage.saveRaw(await report(id, { [MAIN_DUMP]: Uint8Array.of(1) }));
      await storage.saveProcessed(processed(id));
      await storage.remove(id);
      await expect(storage.getRaw(id)).rejects.toMatchObject({ code: "crash_id_not_found" });
      await expect(storage.getDump(id, MAIN_DUMP)).rejects.toMatchObject({ code: "crash_id_not_found" });
      await expect(storage.getUnredactedProcessed(id)).rejects.toMatchObject({ code: "crash_id_not_found" });
    });

    it("shows nothing of a save that failed", async () => {
      const id = sampleId();
      const saved = await report(id, { [MAIN_DUMP]: Uint8Array.of(1) });
      const broken = {
        ...saved,
        dumps: new Map([...saved.dumps, ["lost", { path: join(directory, "absent"), sizeBytes: 1 }]]),
      };
      await expect(storage.saveRaw(broken)).rejects.toMatchObject({ status: 503, transient: true });
      await expect(storage.getRaw(id)).rejects.toMatchObject({ code: "crash_id_not_found" });
      await expect(storage.getDump(id, MAIN_DUMP)).rejects.toMatchObject({ code: "crash_id_not_found" });
    });

    it("never shows a crash before all of it is there, while many are saved at once", async () => {
      const ids = Array.from({ length: 20 }, sampleId);
      let saving = true;
      const watch = async () => {
        while (saving) {
          for (const id of ids) {
            const raw = await storage.getRaw(id).catch(() => null);
            if (raw) expect((await buffer(await storage.getDump(id, MAIN_DUMP))).length).toBe(50_000);
          }
        }
      };
      const watching = watch();
      await Promise.all(
        ids.map(async (id) => storage.saveRaw(await report(id, { [MAIN_DUMP]: new Uint8Array(50_000) }))),
      );
      saving = false;
      await watching;
      for (const id of ids) expect(await storage.getRaw(id)).toMatchObject({ uuid: id });
    });

    it("still has everything when opened again", async () => {
      const id = sampleId();
      await storage.saveRaw(await report(id, { [MAIN_DUMP]: Uint8Array.of(4) }));
      await storage.saveProcessed(processed(id));
      await storage.close();
      storage = await openStorage(join(directory, "store"));
      expect(await storage.getRaw(id)).toMatchObject({ uuid: id });
      expect(await storage.getUnredactedProcessed(id)).toEqual(processed(id));
      expect(await buffer(await storage.getDump(id, MAIN_DUMP))).toEqual(Buffer.of(4));
    });

    it("gives back any JSON that was saved", async () => {
      await fc.assert(
        fc.asyncProperty(fc.dictionary(fc.string(), fc.jsonValue()), async (content) => {
          const id = sampleId();
          const wire = JSON.parse(JSON.stringify({ ...content, ...processed(id) })) as ProcessedCrash &
            RawCrash;
          await storage.saveProcessed(wire);
          expect(JSON.stringify(await storage.getUnredactedProcessed(id))).toBe(JSON.stringify(wire));
        }),
        { numRuns: 25 },
      );
    });
  });
}
