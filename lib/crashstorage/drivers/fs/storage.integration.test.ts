import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { CrashId } from "#lib/core/crash-id";
import { collect, crashStorageContract, sampleId } from "#lib/crashstorage/conformance";
import { EVERY_PART, type CrashStorage } from "#lib/crashstorage/storage";
import { crashPaths } from "./paths";
import { FS_LAYOUTS, type FsStorageName } from "#lib/crashstorage/fs-layouts";
import { fsStorage } from "./storage";

const names = Object.keys(FS_LAYOUTS) as FsStorageName[];
for (const name of names) {
  let time = Date.now();
  const open = (root: string) => fsStorage(name, root, { now: () => new Date(time) });
  const later = () => void (time += 60_000);
  crashStorageContract(name, open, EVERY_PART, FS_LAYOUTS[name].dated ? { later } : {});
}

const fsPermanentStorage = (root: string) => fsStorage("fs-permanent", root);
const permanent = FS_LAYOUTS["fs-permanent"];

describe("fs-permanent", () => {
  let root: string;
  beforeEach(async () => (root = await mkdtemp(join(tmpdir(), "fs-permanent-"))));
  afterEach(() => rm(root, { recursive: true, force: true }));

  it.each([
    ["0bba929f-8721-460c-dead-a43c20071025", "20071025/name/0b/ba/92/9f"],
    ["0bba929f-8721-460c-dead-a43c21071025", "20071025/name/0b"],
    ["0bba929f-8721-460c-dead-a43c22071025", "20071025/name/0b/ba"],
    ["0bba929f-8721-460c-dead-a43c2f071025", "20071025/name/0b/ba/92/9f"],
  ])("puts %s where tools that know the layout look for it", (id, directory) => {
    const paths = crashPaths("/crashes", id as CrashId, permanent);
    expect(paths.raw).toBe(`/crashes/${directory}/${id}.json`);
    expect(paths.dump("upload_file_minidump")).toBe(`/crashes/${directory}/${id}.dump`);
    expect(paths.dump("memory_report")).toBe(`/crashes/${directory}/${id}.memory_report.dump`);
    expect(paths.processed).toBe(`/crashes/${directory}/${id}.jsonz`);
  });

  it("stores the processed crash as gzip that gunzip reads", async () => {
    const storage = await fsPermanentStorage(root);
    const id = sampleId();
    await storage.saveProcessed({ uuid: id, signature: "s", date_processed: "2026-11-20T00:00:00+00:00" });
    const { stdout } = await promisify(execFile)("gunzip", [
      "--stdout",
      "--suffix",
      "z",
      crashPaths(root, id, permanent).processed,
    ]);
    expect(JSON.parse(stdout)).toMatchObject({ uuid: id, signature: "s" });
  });

  it("leaves no temporary file behind, and clears those that a killed process left long ago", async () => {
    await mkdir(join(root, "tmp"), { recursive: true });
    await writeFile(join(root, "tmp", "abandoned"), "x");
    await utimes(join(root, "tmp", "abandoned"), 0, 0);
    await writeFile(join(root, "tmp", "being written"), "x");
    const storage = await fsPermanentStorage(root);
    expect(await readdir(join(root, "tmp"))).toEqual(["being written"]);
    const id = sampleId();
    await storage.saveRaw({ id, raw: { uuid: id, submitted_timestamp: "x" }, dumps: new Map() });
    expect(await readdir(join(root, "tmp"))).toEqual(["being written"]);
  });

  it("answers StorageCorrupt, naming the crash, for content that cannot be what was saved", async () => {
    const storage = await fsPermanentStorage(root);
    const id = sampleId();
    const paths = crashPaths(root, id, permanent);
    await mkdir(paths.directory, { recursive: true });
    await writeFile(paths.raw, '{"cut');
    await writeFile(paths.processed, "not gzip");
    for (const read of [() => storage.getRaw(id), () => storage.getUnredactedProcessed(id)])
      await expect(read()).rejects.toMatchObject({
        code: "storage_corrupt",
        message: expect.stringContaining(id) as string,
      });
  });

  it("answers StorageUnavailable, to be tried again, when the folder cannot be written", async () => {
    const storage = await fsPermanentStorage(root);
    const id = sampleId();
    await rm(join(root, "tmp"), { recursive: true });
    await writeFile(join(root, "tmp"), "a file where the folder was");
    const saving = storage.saveRaw({ id, raw: { uuid: id, submitted_timestamp: "x" }, dumps: new Map() });
    await expect(saving).rejects.toMatchObject({ code: "storage_unavailable", transient: true, status: 503 });
  });
});

describe("the folders of each storage", () => {
  let root: string;
  beforeEach(async () => (root = await mkdtemp(join(tmpdir(), "fs-layouts-"))));
  afterEach(() => rm(root, { recursive: true, force: true }));

  const id = "0bba929f-8721-460c-dead-a43c22071025" as CrashId;
  const noon = new Date("2007-10-25T12:34:21Z");
  const files = async () => {
    const { stdout } = await promisify(execFile)(
      "find",
      [".", "-name", `*${id}*`, "-o", "-name", "date_root"],
      {
        cwd: root,
      },
    );
    return stdout
      .trim()
      .split("\n")
      .filter((path) => path !== "")
      .map((path) => path.slice(2))
      .sort();
  };

  it.each<[FsStorageName, readonly string[]]>([
    ["fs-radix-tree", [`20071025/name/0b/ba/${id}`, `20071025/name/0b/ba/${id}/${id}.json`]],
    ["fs-legacy-radix-tree", [`20071025/name/0b/ba/${id}.json`]],
    [
      "fs-dated-radix-tree",
      [
        `20071025/date/12/34_05/${id}`,
        `20071025/name/0b/ba/${id}`,
        `20071025/name/0b/ba/${id}/${id}.json`,
        `20071025/name/0b/ba/${id}/date_root`,
      ],
    ],
    [
      "fs-legacy-dated-radix-tree",
      [`20071025/date/12/34_05/${id}`, `20071025/name/0b/ba/${id}`, `20071025/name/0b/ba/${id}.json`],
    ],
  ])("%s are those that other tools know", async (name, expected) => {
    const storage = await fsStorage(name, root, { now: () => noon });
    await storage.saveRaw({ id, raw: { uuid: id, submitted_timestamp: "x" }, dumps: new Map() });
    expect(await files()).toEqual(expected);
    await storage.remove(id);
    expect(await files()).toEqual([]);
  });

  it("of the two kinds are not mixed in one root; dated and undated ones of a kind are", async () => {
    await fsStorage("fs-legacy-radix-tree", root);
    await fsStorage("fs-legacy-dated-radix-tree", root);
    await fsStorage("fs-permanent", root);
    await expect(fsStorage("fs-dated-radix-tree", root)).rejects.toMatchObject({
      code: "bad_setting",
      message: expect.stringContaining("holds a legacy radix tree, which cannot be mixed") as string,
    });
  });
});

describe.each(["fs-dated-radix-tree", "fs-legacy-dated-radix-tree"] as const)(
  "the new crashes of %s",
  (name) => {
    let root: string;
    let time: Date;
    beforeEach(async () => {
      root = await mkdtemp(join(tmpdir(), "fs-dated-"));
      time = new Date("2026-11-20T10:00:00Z");
    });
    afterEach(() => rm(root, { recursive: true, force: true }));

    const open = () => fsStorage(name, root, { now: () => time });
    const save = async (storage: CrashStorage) => {
      const id = sampleId();
      await storage.saveRaw({ id, raw: { uuid: id, submitted_timestamp: "x" }, dumps: new Map() });
      return id;
    };
    const looked = (storage: CrashStorage) => collect(storage.peekNewCrashes?.() ?? storage.newCrashes());
    const later = (seconds: number) => (time = new Date(time.getTime() + seconds * 1000));

    it("are those of past slots, each once, also over restarts", async () => {
      const storage = await open();
      const first = await save(storage);
      later(4);
      const second = await save(storage);
      expect(await collect(storage.newCrashes())).toEqual([first]);
      expect(await collect(storage.newCrashes())).toEqual([]);
      later(3_600);
      expect(await collect((await open()).newCrashes())).toEqual([second]);
      expect(await readdir(join(root, "20261120", "date"))).toEqual([]);
      expect(await storage.getRaw(first)).toMatchObject({ uuid: first });
    });

    it("come again when their taker was killed before asking for the next", async () => {
      const storage = await open();
      const ids = [await save(storage), await save(storage)].sort();
      later(60);
      for await (const id of storage.newCrashes()) if (id === ids[1]) break;
      expect(await collect((await open()).newCrashes())).toEqual([ids[1]]);
    });

    it("stay new while they are only looked at, until they are removed", async () => {
      const storage = await open();
      const ids = [await save(storage), await save(storage)].sort();
      const look = () => looked(storage);
      expect(await look()).toEqual([]);
      later(4);
      expect(await look()).toEqual(ids);
      expect(await look()).toEqual(ids);
      for (const id of ids.slice(0, 1)) await storage.remove(id);
      expect(await look()).toEqual(ids.slice(1));
    });

    it("are found when their removal was broken off, a minute later, and can then be removed", async () => {
      const storage = await open();
      const id = await save(storage);
      await rm(crashPaths(root, id, FS_LAYOUTS[name]).raw);
      later(4);
      expect(await looked(storage)).toEqual([]);
      later(60);
      expect(await collect(storage.newCrashes())).toEqual([]);
      expect(await looked(storage)).toEqual([id]);
      await storage.remove(id);
      expect(await looked(storage)).toEqual([]);
      await expect(storage.remove(id)).rejects.toMatchObject({ code: "crash_id_not_found" });
    });

    it("do not have a crash twice that was saved twice, nor one that was removed", async () => {
      const storage = await open();
      const id = await save(storage);
      later(4);
      await storage.saveRaw({ id, raw: { uuid: id, submitted_timestamp: "y" }, dumps: new Map() });
      const gone = await save(storage);
      await storage.remove(gone);
      later(86_400);
      expect(await collect(storage.newCrashes())).toEqual([id]);
    });
  },
);
