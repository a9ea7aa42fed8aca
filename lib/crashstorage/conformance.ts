import { createHash, randomBytes } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { setImmediate as turnOfOthers } from "node:timers/promises";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { CrashReport } from "#lib/core/crash";
import { MAIN_DUMP } from "#lib/core/crash";
import { newCrashId, type CrashId } from "#lib/core/crash-id";
import { isAppError } from "#lib/core/errors";
import type { JsonObject } from "#lib/core/json";
import { bytesInUse, bytesInUseBeyond, staysBelow } from "#test/live-memory";
import {
  crashReport,
  expectStored,
  LARGE_DUMP_MEMORY_BYTES,
  largeDump,
  NOT_FOUND,
  processedCrash as processed,
  type DumpContents,
  type ExpectedCrash,
} from "#test/stored-crashes";
import { EVERY_PART, type CrashPart, type CrashStorage } from "./storage";

/**
 * What a driver's test gives the contract: a fresh, empty store below a directory of its own. Called again with the
 * same directory it opens the same store.
 */
export type OpenStorage = (directory: string) => Promise<CrashStorage>;

/** What is unusual about a driver. */
export interface ContractOptions {
  /** For a driver that tells new crashes from old: all that was saved until this is called is new. */
  readonly later?: () => void;
  /** How much memory a dump of 20 MB may take; 10 MB unless its way to the store cannot be streamed. */
  readonly largeDumpMemoryBytes?: number;
}

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

const ODD_DUMP_NAMES = ["a b", "a.dump", "x.y.z", "größe_✓", "%2e%2e", "constructor", "n".repeat(200)];
const HOSTILE_DUMP_NAMES = ["../neighbour", "a/../../b", "/etc/passwd", "", ".", "..", "a\0b", "\ud800"];

/** Keys that some store or language reads as something else. */
const ODD_JSON = JSON.parse(
  JSON.stringify({
    "": "no name",
    "a.b.c": { "d.e": 1 },
    $set: { $where: "1" },
    constructor: "x",
    toString: null,
    ключ: "\u0000\u001f\u2028😀",
    "nul\u0000key": ["'; drop table crashes; --", "\\", '"', "\ud800"],
    ["k".repeat(10_000)]: "v".repeat(100_000),
    numbers: [0, -1, 1.5, 1e21, 1e-7, Number.MAX_SAFE_INTEGER],
    nested: Array.from({ length: 50 }).reduce<unknown>((inner) => ({ _: [inner] }), true),
  }).replace("{", '{"__proto__":{"polluted":true},'),
) as JsonObject;

const HOSTILE_IDS = [
  "",
  "..",
  "../outside",
  "../../outside",
  "../../../../../../../../etc/passwd",
  "/etc/passwd",
  "0bba929f-8721-460c-dead-a43c20071025/../../outside",
  "../../outside-dead-a43c20071025",
  "0bba929f-8721-460c-dead-a43c2007102\0",
  "0bba929f-8721-460c-dead-a43c20071025\0",
  "0bba929f-8721-460c-dead-a43c20071025\n",
  "0BBA929F-8721-460C-DEAD-A43C20071025",
  "%2e%2e%2foutside",
  "'; drop table crashes; --",
  "*",
  "a".repeat(10_000),
] as readonly string[] as readonly CrashId[];

/**
 * The promises of CrashStorage, run against one driver or container. Of the parts that it does not keep the contract
 * asks that they are taken and not found.
 */
export function crashStorageContract(
  name: string,
  openStorage: OpenStorage,
  keeps: ReadonlySet<CrashPart> = EVERY_PART,
  { later, largeDumpMemoryBytes = LARGE_DUMP_MEMORY_BYTES }: ContractOptions = {},
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

    const reopen = async () => {
      await storage.close();
      storage = await openStorage(join(directory, "store"));
    };
    const report = (id: CrashId, dumps: DumpContents = {}, annotations: JsonObject = {}) =>
      crashReport(directory, id, dumps, annotations);
    const save = async (id: CrashId, dumps: DumpContents = {}, annotations: JsonObject = {}) => {
      const saved = await report(id, dumps, annotations);
      await storage.saveRaw(saved);
      return { raw: saved.raw, dumps };
    };
    const has = (id: CrashId, expected: ExpectedCrash) => expectStored(storage, id, directory, expected);

    it("says which parts of a crash it keeps", () => {
      expect(new Set(storage.keeps)).toEqual(new Set(keeps));
    });

    it("gives back the raw crash and every byte of every dump", async () => {
      const id = sampleId();
      const dumps = {
        [MAIN_DUMP]: Uint8Array.from({ length: 256 }, (_, value) => value),
        upload_file_minidump_browser: randomBytes(300_000),
        empty: new Uint8Array(),
      };
      await has(id, await save(id, dumps, { ProductName: "Kestrel", Comments: "é\u0000\ud83d\ude00" }));
    });

    it("keeps a crash without dumps", async () => {
      const id = sampleId();
      const saved = await save(id);
      if (keeps.has("raw")) expect(await storage.getRaw(id)).toEqual(saved.raw);
      if (keeps.has("dumps")) expect((await storage.getDumpsAsFiles(id, directory)).size).toBe(0);
      await expect(storage.getDump(id, MAIN_DUMP)).rejects.toMatchObject(NOT_FOUND);
    });

    it("keeps dumps with odd names apart", async () => {
      const id = sampleId();
      const dumps = ODD_DUMP_NAMES.map((odd, index) => [odd, Uint8Array.of(index)] as const);
      await has(id, await save(id, Object.fromEntries(dumps)));
    });

    it("gives back any JSON that was saved, whatever its keys", async () => {
      const roundTrip = async (content: JsonObject) => {
        const id = sampleId();
        const both = await save(id, {}, content);
        const crash = processed(id, "s", content);
        await storage.saveProcessed(crash);
        if (keeps.has("raw")) expectSame(await storage.getRaw(id), both.raw);
        if (keeps.has("processed")) expectSame(await storage.getUnredactedProcessed(id), crash);
      };
      await roundTrip(ODD_JSON);
      const contents = fc.dictionary(fc.string(), fc.jsonValue());
      await fc.assert(
        fc.asyncProperty(contents, (content) => roundTrip(JSON.parse(JSON.stringify(content)) as JsonObject)),
        { numRuns: 15 },
      );
    });

    it("takes and gives a dump of 20 MB as a stream, in bounded memory", async () => {
      const id = sampleId();
      const large = await largeDump(join(directory, "large"));
      const saved: CrashReport = { ...(await report(id)), dumps: new Map([[MAIN_DUMP, large]]) };
      expect(await staysBelow(largeDumpMemoryBytes, () => storage.saveRaw(saved))).toBe(true);
      if (!keeps.has("dumps")) return;
      const limit = (await bytesInUse()) + largeDumpMemoryBytes;
      const checksum = await checksumOf(await storage.getDump(id, MAIN_DUMP), async () => {
        expect(await bytesInUseBeyond(limit)).toBeLessThan(limit);
      });
      expect(checksum).toBe(await checksumOf(createReadStream(large.path)));
      const files = await storage.getDumpsAsFiles(id, directory);
      expect(files.get(MAIN_DUMP)?.sizeBytes).toBe(large.sizeBytes);
    }, 60_000);

    it("leaves the dump files of the caller alone, and does not need them afterwards", async () => {
      const id = sampleId();
      const saved = await report(id, { [MAIN_DUMP]: Uint8Array.of(1, 2, 3) });
      await storage.saveRaw(saved);
      const source = saved.dumps.get(MAIN_DUMP)?.path ?? "";
      expect((await stat(source)).size).toBe(3);
      await rm(source);
      await has(id, { raw: saved.raw, dumps: { [MAIN_DUMP]: Uint8Array.of(1, 2, 3) } });
    });

    it("takes the processed crash before the raw one", async () => {
      const id = sampleId();
      await storage.saveProcessed(processed(id));
      await has(id, { processed: processed(id) });
      const saved = await save(id, { [MAIN_DUMP]: Uint8Array.of(1) });
      await has(id, { ...saved, processed: processed(id) });
    });

    it("replaces the raw crash and its dumps when saved again", async () => {
      const id = sampleId();
      await save(id, { [MAIN_DUMP]: Uint8Array.of(1), other: Uint8Array.of(2) }, { Version: "1", Old: "1" });
      const second = await save(id, { [MAIN_DUMP]: Uint8Array.of(9) }, { Version: "2" });
      await has(id, second);
      if (keeps.has("dumps")) await expect(storage.getDump(id, "other")).rejects.toMatchObject(NOT_FOUND);
    });

    it("replaces the processed crash when saved again", async () => {
      const id = sampleId();
      await storage.saveProcessed(processed(id, "first", { reason: "SIGSEGV" }));
      await storage.saveProcessed(processed(id, "second | ✓"));
      await has(id, { processed: processed(id, "second | ✓") });
    });

    it("shows the whole old or the whole new of each part while it is replaced", async () => {
      const id = sampleId();
      const filler = (version: number) => String(version % 10).repeat(100_000);
      const saveVersion = async (version: number) => {
        const odd = version % 2 === 1 ? { sometimes: new Uint8Array(1000) } : {};
        const dumps = { [MAIN_DUMP]: new Uint8Array(100_000).fill(version), ...odd };
        await save(id, dumps, { version, filler: filler(version) });
        await storage.saveProcessed(processed(id, filler(version), { version }));
      };
      const look = async () => {
        let seen = 0;
        if (keeps.has("raw")) {
          const raw = await storage.getRaw(id);
          seen = Number(raw.version);
          expect(raw.filler === filler(seen)).toBe(true);
        }
        if (keeps.has("dumps")) {
          const dump = await buffer(await storage.getDump(id, MAIN_DUMP));
          expect(dump.equals(new Uint8Array(100_000).fill(dump[0] ?? 0))).toBe(true);
          expect(dump[0], "a new raw crash has its new dumps").toBeGreaterThanOrEqual(seen);
          expect((await storage.getDumpsAsFiles(id, directory)).has(MAIN_DUMP)).toBe(true);
        }
        if (keeps.has("processed")) {
          const crash = await storage.getUnredactedProcessed(id);
          expect(crash.signature === filler(Number(crash.version))).toBe(true);
        }
      };
      await saveVersion(0);
      await whileWorking(look, async () => {
        for (let version = 1; version <= 12; version += 1) await saveVersion(version);
      });
    });

    it("has the whole of one of several that save the same crash at once", async () => {
      const id = sampleId();
      const writers = Array.from({ length: 6 }, (_, writer) => ({
        dumps: {
          [MAIN_DUMP]: new Uint8Array(30_000).fill(writer),
          [`only_${writer}`]: Uint8Array.of(writer),
        },
        writer,
      }));
      const saved = await Promise.all(
        writers.map(async ({ dumps, writer }) => {
          const crash = processed(id, `${writer}`, { [`only_${writer}`]: true });
          const [raw] = await Promise.all([save(id, dumps, { writer }), storage.saveProcessed(crash)]);
          return { ...raw, processed: crash };
        }),
      );
      const last = keeps.has("raw") ? Number((await storage.getRaw(id)).writer) : 0;
      const lastProcessed = keeps.has("processed")
        ? Number((await storage.getUnredactedProcessed(id)).signature)
        : 0;
      await has(id, { ...saved[last], processed: saved[lastProcessed]?.processed });
    });

    it("never shows a crash before all of it is there, while many are saved at once", async () => {
      const ids = Array.from({ length: 20 }, sampleId);
      const look = async () => {
        for (const id of ids) {
          const raw = await storage.getRaw(id).catch(() => null);
          if (raw && keeps.has("dumps"))
            expect((await buffer(await storage.getDump(id, MAIN_DUMP))).length).toBe(50_000);
        }
      };
      await whileWorking(look, () =>
        Promise.all(ids.map((id) => save(id, { [MAIN_DUMP]: new Uint8Array(50_000) }))),
      );
      if (keeps.has("raw"))
        for (const id of ids) expect(await storage.getRaw(id)).toMatchObject({ uuid: id });
    });

    it("shows nothing of a save that failed", async () => {
      const id = sampleId();
      const saved = await report(id, { [MAIN_DUMP]: Uint8Array.of(1) });
      const lost = { path: join(directory, "absent"), sizeBytes: 1 };
      const saving = storage.saveRaw({ ...saved, dumps: new Map([...saved.dumps, ["lost", lost]]) });
      if (!keeps.has("dumps")) return saving;
      await expect(saving).rejects.toMatchObject({ status: 503, transient: true });
      await has(id, {});
    });

    it("answers CrashIdNotFound for what was never saved, and never null", async () => {
      const unknown = sampleId();
      await has(unknown, {});
      const notFound = { ...NOT_FOUND, message: unknown };
      await expect(storage.getRaw(unknown)).rejects.toMatchObject(notFound);
      await expect(storage.getUnredactedProcessed(unknown)).rejects.toMatchObject(notFound);
      await expect(storage.getDump(unknown, MAIN_DUMP)).rejects.toMatchObject(notFound);
      await expect(storage.getDumpsAsFiles(unknown, directory)).rejects.toMatchObject(notFound);
      await expect(storage.remove(unknown)).rejects.toMatchObject(notFound);
    });

    it("answers CrashIdNotFound for a dump that the crash does not have", async () => {
      const id = sampleId();
      await save(id, { [MAIN_DUMP]: Uint8Array.of(1) });
      await expect(storage.getDump(id, "upload_file_minidump_browser")).rejects.toMatchObject(NOT_FOUND);
    });

    it("removes all there is of a crash, once", async () => {
      const id = sampleId();
      await save(id, { [MAIN_DUMP]: Uint8Array.of(1), other: Uint8Array.of(2) });
      await storage.saveProcessed(processed(id));
      if (keeps.size > 0) await storage.remove(id);
      await has(id, {});
      await expect(storage.remove(id)).rejects.toMatchObject(NOT_FOUND);
      await has(id, await save(id, { [MAIN_DUMP]: Uint8Array.of(3) }));
    });

    it("removes what was only processed", async () => {
      const id = sampleId();
      await storage.saveProcessed(processed(id));
      if (keeps.has("processed")) await storage.remove(id);
      await expect(storage.remove(id)).rejects.toMatchObject(NOT_FOUND);
    });

    it("keeps crashes apart that share their first characters", async () => {
      const id = sampleId();
      const neighbour = `${id.slice(0, 20)}${id[20] === "a" ? "b" : "a"}${id.slice(21)}` as CrashId;
      const kept = await save(id, { [MAIN_DUMP]: Uint8Array.of(1) });
      await save(neighbour, { [MAIN_DUMP]: Uint8Array.of(2) });
      if (keeps.has("raw")) await storage.remove(neighbour);
      await has(id, kept);
      await has(neighbour, {});
    });

    it("still has everything when opened again", async () => {
      const id = sampleId();
      const saved = await save(id, { [MAIN_DUMP]: Uint8Array.of(4) });
      await storage.saveProcessed(processed(id));
      await reopen();
      await has(id, { ...saved, processed: processed(id) });
    });

    it("neither saves nor reads a dump whose name leads elsewhere", async () => {
      for (const hostile of [...HOSTILE_DUMP_NAMES, "n".repeat(10_000)]) {
        const id = sampleId();
        const strange = await report(id, { [hostile]: Uint8Array.of(1) });
        if (keeps.has("dumps")) {
          await expectRefused(() => storage.saveRaw(strange));
          await has(id, {});
        }
        await save(id, { [MAIN_DUMP]: Uint8Array.of(1) });
        await expect(storage.getDump(id, hostile)).rejects.toMatchObject(NOT_FOUND);
      }
    });

    it("reaches nothing outside of the store by a crash id that is none", async () => {
      const id = sampleId();
      const kept = await save(id, { [MAIN_DUMP]: Uint8Array.of(1) });
      await writeFile(join(directory, "outside"), "not of the store");
      const before = (await readdir(directory)).sort();
      for (const hostile of HOSTILE_IDS) {
        const strange: CrashReport = { id: hostile, raw: { ...kept.raw, uuid: hostile }, dumps: new Map() };
        const saves = [() => storage.saveRaw(strange), () => storage.saveProcessed(processed(hostile))];
        if (keeps.size > 0) for (const saving of saves) await expectRefused(saving);
        await expectRefused(() => storage.getRaw(hostile));
        await expectRefused(() => storage.getUnredactedProcessed(hostile));
        await expectRefused(() => storage.getDump(hostile, MAIN_DUMP));
        await expectRefused(() => storage.getDumpsAsFiles(hostile, directory));
        await expectRefused(() => storage.remove(hostile));
      }
      expect((await readdir(directory)).sort()).toEqual(before);
      expect(await readFile(join(directory, "outside"), "utf8")).toBe("not of the store");
      await has(id, kept);
    });

    if (later)
      it("gives each new crash once, and goes on where it was broken off, also when opened again", async () => {
        const ids = Array.from({ length: 5 }, sampleId);
        for (const id of ids) await save(id, { [MAIN_DUMP]: Uint8Array.of(1) });
        await save(ids[0] ?? sampleId(), {}, { Version: "2" });
        later();
        const taken: CrashId[] = [];
        for await (const id of storage.newCrashes()) {
          taken.push(id);
          if (taken.length === 3) break;
        }
        await reopen();
        const rest = await collect(storage.newCrashes());
        expect(rest, "the one that it was broken off at comes again").toContain(taken[2]);
        expect([...taken.slice(0, 2), ...rest].sort()).toEqual([...ids].sort());
        expect(await collect(storage.newCrashes())).toEqual([]);
        const [one, another] = [sampleId(), sampleId()];
        await save(one);
        await save(another);
        await storage.remove(another);
        later();
        expect(await collect(storage.newCrashes())).toEqual([one]);
      });
    else
      it("has no new crashes, as it does not tell new from old", async () => {
        await save(sampleId());
        expect(await collect(storage.newCrashes())).toEqual([]);
      });
  });
}

/** Equality that sees keys which are hidden from most, such as `__proto__`; keys have no order. */
function expectSame(found: JsonObject, saved: JsonObject): void {
  expect(sorted(found)).toBe(sorted(saved));
}

function sorted(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.entries(inner).sort(([one], [other]) => (one < other ? -1 : 1))
      : inner,
  );
}

/** An error that was foreseen, and will come again. */
async function expectRefused(asking: () => Promise<unknown>): Promise<void> {
  const outcome = await (async () => asking())().then(
    () => "answered",
    (error: unknown) => (isAppError(error) && !error.transient ? "refused" : error),
  );
  expect(outcome).toBe("refused");
}

/** Looks again and again until the work is done; in between everybody else has a turn, also where a look awaits nothing. */
async function whileWorking(look: () => Promise<void>, work: () => Promise<unknown>): Promise<void> {
  let working = true;
  const lookOn = async () => {
    while (working) {
      await look();
      await turnOfOthers();
    }
  };
  const looking = lookOn();
  await Promise.all([looking, work().finally(() => (working = false))]);
  await looking;
}

/** Who reads may wait after the first bytes. */
async function checksumOf(content: Readable, onFirst = () => Promise.resolve()): Promise<string> {
  const hash = createHash("sha256");
  let isFirst = true;
  for await (const chunk of content) {
    if (isFirst) await onFirst();
    isFirst = false;
    hash.update(chunk as Buffer);
  }
  return hash.digest("hex");
}
