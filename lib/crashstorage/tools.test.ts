import { createHash } from "node:crypto";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { MAIN_DUMP } from "#lib/core/crash";
import type { JsonObject } from "#lib/core/json";
import { checkStorage } from "./check-storage";
import { collect, sampleId } from "./conformance";
import { copyCrash } from "./copy-crash";
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

  it("fails for a store that keeps nothing, or something else", async () => {
    const nothing = await openCrashStorage("null", { dataDirectory: directory });
    await expect(collect(checkStorage(nothing, directory))).rejects.toMatchObject({
      code: "crash_id_not_found",
    });
    const lossy = await openCrashStorage(`redacting(fs-permanent(${directory}/r), keys=signature)`, {
      dataDirectory: directory,
    });
    await expect(collect(checkStorage(lossy, directory))).rejects.toThrow(
      "The processed crash that was read is not the one that was saved.",
    );
  });
});
