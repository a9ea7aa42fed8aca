import { createHash } from "node:crypto";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { MAIN_DUMP } from "#lib/core/crash";
import type { JsonObject } from "#lib/core/json";
import { checkEveryStore, checkStorage } from "./check-storage";
import { collect, sampleId } from "./conformance";
import { copyCrash, moveCrash, refuseLossyMove } from "./copy-crash";
import { openCrashStorage } from "./registry";
import type { CrashStorage } from "./storage";

let directory: string;
let from: CrashStorage;
let to: CrashStorage;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "storage-tools-"));
  from = await openCrashStorage(`fs-permanent(${join(directory, "from")})`, { dataDirectory: directory });
  to = await openCrashStorage(`fs-radix-tree(${join(directory, "to")})`, { dataDirectory: directory });
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const copy = (id: ReturnType<typeof sampleId>) => copyCrash(id, { from, to, temporaryDirectory: directory });
const save = async (metadata: JsonObject = {}, dump = "MDMP") => {
  const id = sampleId();
  const path = join(directory, "dump");
  await writeFile(path, dump);
  const raw = { uuid: id, submitted_timestamp: "x", ProductName: "Kestrel", metadata };
  await from.saveRaw({ id, raw, dumps: new Map([[MAIN_DUMP, { path, sizeBytes: dump.length }]]) });
  return id;
};
const checksum = (text: string) => createHash("sha256").update(text).digest("hex");

describe("copying a crash", () => {
  it("brings all of it, once", async () => {
    const id = await save({ dump_checksums: { [MAIN_DUMP]: checksum("MDMP") } });
    const processed = { uuid: id, signature: "s", date_processed: "x" };
    await from.saveProcessed(processed);
    expect(await copy(id)).toBe("copied");
    expect(await to.getRaw(id)).toEqual(await from.getRaw(id));
    expect(await to.getUnredactedProcessed(id)).toEqual(processed);
    expect((await buffer(await to.getDump(id, MAIN_DUMP))).toString()).toBe("MDMP");
    expect(await copy(id)).toBe("there already");
    expect((await readdir(directory)).sort()).toEqual(["dump", "from", "to"]);
  });

  it("brings it again when only a part of it is there, or another", async () => {
    const id = await save();
    await to.saveRaw({ id, raw: await from.getRaw(id), dumps: new Map() });
    expect(await copy(id)).toBe("copied");
    await from.saveProcessed({ uuid: id, signature: "s", date_processed: "x" });
    expect(await copy(id)).toBe("copied");
    expect(await copy(id)).toBe("there already");
  });

  it("refuses dumps that are not those the collector took", async () => {
    const id = await save({ dump_checksums: { [MAIN_DUMP]: checksum("another") } });
    await expect(copy(id)).rejects.toMatchObject({
      code: "storage_corrupt",
      message: `The dump ${MAIN_DUMP} of ${id} is not the one that the collector took.`,
    });
    await expect(to.getRaw(id)).rejects.toMatchObject({ code: "crash_id_not_found" });
  });

  it("refuses a store that gives back something else", async () => {
    const id = await save();
    const forgetful: CrashStorage = {
      ...to,
      saveRaw: (report) => to.saveRaw({ ...report, dumps: new Map() }),
    };
    await expect(copyCrash(id, { from, to: forgetful, temporaryDirectory: directory })).rejects.toMatchObject(
      { code: "storage_corrupt" },
    );
  });

  it("says that a crash is not there", async () => {
    await expect(copy(sampleId())).rejects.toMatchObject({ code: "crash_id_not_found" });
  });
});

describe("copying a crash again", () => {
  it("reads no dump where the raw crash has their checksums, unless every dump is to be verified", async () => {
    const id = await save({ dump_checksums: { [MAIN_DUMP]: checksum("MDMP") } });
    await copy(id);
    const unreadable: CrashStorage = {
      ...to,
      getDumpsAsFiles: () => Promise.reject(new Error("a dump was read")),
    };
    const options = { from, to: unreadable, temporaryDirectory: directory };
    expect(await copyCrash(id, options)).toBe("there already");
    await expect(copyCrash(id, { ...options, verify: true })).rejects.toThrow("a dump was read");
  });

  it("fills the member of a poly that lacks it", async () => {
    const surroundings = { dataDirectory: directory };
    const other = await openCrashStorage(`fs-permanent(${directory}/other)`, surroundings);
    const poly = await openCrashStorage(
      `poly(fs-radix-tree(${directory}/to), fs-permanent(${directory}/other))`,
      surroundings,
    );
    const id = await save();
    await copy(id);
    const options = { from, to: poly, temporaryDirectory: directory };
    expect(await copyCrash(id, options)).toBe("copied");
    expect(await other.getRaw(id)).toEqual(await from.getRaw(id));
    expect(await copyCrash(id, options)).toBe("there already");
  });

  it("leaves alone what was processed since", async () => {
    const id = await save();
    await copy(id);
    await to.saveProcessed({ uuid: id, signature: "s", date_processed: "x" });
    expect(await copy(id)).toBe("there already");
    expect(await to.getUnredactedProcessed(id)).toMatchObject({ signature: "s" });
  });

  it("brings only what a store keeps", async () => {
    const nothing = await openCrashStorage("null", { dataDirectory: directory });
    const id = await save();
    expect(await copyCrash(id, { from, to: nothing, temporaryDirectory: directory })).toBe("there already");
    await from.saveProcessed({ uuid: id, signature: "s", date_processed: "x" });
    const onlyProcessed: CrashStorage = { ...from, keeps: new Set(["processed"]) };
    await copyCrash(id, { from: onlyProcessed, to, temporaryDirectory: directory });
    expect(await to.getUnredactedProcessed(id)).toMatchObject({ signature: "s" });
    await expect(to.getRaw(id)).rejects.toMatchObject({ code: "crash_id_not_found" });
  });
});

describe("moving a crash", () => {
  const move = (id: ReturnType<typeof sampleId>, target = to) =>
    moveCrash(id, { from, to: target, temporaryDirectory: directory });

  it("removes it only when all of its copy was read back", async () => {
    const id = await save();
    const forgetful: CrashStorage = {
      ...to,
      saveRaw: (report) => to.saveRaw({ ...report, dumps: new Map() }),
    };
    await expect(move(id, forgetful)).rejects.toMatchObject({ code: "storage_corrupt" });
    expect(await from.getRaw(id)).toMatchObject({ uuid: id });
    expect(await move(id)).toBe("copied");
    await expect(from.getRaw(id)).rejects.toMatchObject({ code: "crash_id_not_found" });
    expect((await buffer(await to.getDump(id, MAIN_DUMP))).toString()).toBe("MDMP");
  });

  it("ends a removal that was broken off", async () => {
    const id = await save();
    await copy(id);
    const [raw] = (await readdir(join(directory, "from"), { recursive: true })).filter((file) =>
      file.endsWith(`${id}.json`),
    );
    await rm(join(directory, "from", raw ?? ""));
    expect(await move(id)).toBe("there already");
    expect((await readdir(join(directory, "from"), { recursive: true })).join()).not.toContain(id);
    await expect(move(id)).resolves.toBe("there already");
    await expect(move(sampleId())).rejects.toMatchObject({ code: "crash_id_not_found" });
  });

  it("is refused where it would lose a part", async () => {
    const nothing = await openCrashStorage("null", { dataDirectory: directory });
    expect(() => refuseLossyMove(from, nothing)).toThrow("null does not keep");
    expect(() => refuseLossyMove(from, to)).not.toThrow();
    expect(() => refuseLossyMove(nothing, to)).not.toThrow();
  });
});

describe("checking a store", () => {
  it("does all that can be done with it, and leaves nothing behind", async () => {
    const steps = await collect(checkStorage(from, directory));
    expect(steps.map(({ what }) => what)).toEqual([
      "save the raw crash and a dump",
      "save the processed crash",
      "read the raw crash",
      "read the dump",
      "read the processed crash",
      "remove all of it",
      "find nothing of it",
    ]);
    expect((await readdir(directory)).filter((name) => name.startsWith("check-"))).toEqual([]);
  });

  it("asks a store that keeps nothing only to take", async () => {
    const nothing = await openCrashStorage("null", { dataDirectory: directory });
    const steps = await collect(checkStorage(nothing, directory));
    expect(steps.map(({ what }) => what)).toEqual([
      "save the raw crash and a dump",
      "save the processed crash",
      "remove all of it",
    ]);
  });

  it("fails for a store that gives back something else, and leaves nothing in it", async () => {
    const lossy = await openCrashStorage(`redacting(fs-permanent(${directory}/r), keys=signature)`, {
      dataDirectory: directory,
    });
    await expect(collect(checkStorage(lossy, directory))).rejects.toThrow(
      "The processed crash that was read is not the one that was saved.",
    );
    expect((await readdir(join(directory, "r"), { recursive: true })).join()).not.toContain(".json");
  });

  it("names the store in a composition that fails", async () => {
    const broken = join(directory, "broken");
    const composition = await openCrashStorage(
      `fallback(fs-permanent(${broken}), poly(fs-permanent(${directory}/a), null))`,
      { dataDirectory: directory },
    );
    await rm(broken, { recursive: true });
    await writeFile(broken, "a file where the folder was");
    const checks = await collect(checkEveryStore(composition, directory));
    expect(checks.map(({ store }) => store)).toEqual([
      "fallback",
      "primary: fs-permanent",
      "fallback/member 1: fs-permanent",
      "fallback/member 2: null",
    ]);
    expect(checks.map(({ failure }) => failure !== null)).toEqual([true, true, false, false]);
    expect(checks[1]?.failure).toMatch(/^StorageUnavailable: .*fs-permanent/);
  });
});
