import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { buffer } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { MAIN_DUMP } from "#lib/core/crash";
import type { CrashId } from "#lib/core/crash-id";
import { collect, sampleId } from "#lib/crashstorage/conformance";
import { copyCrash } from "#lib/crashstorage/copy-crash";
import { openCrashStorage } from "#lib/crashstorage/registry";
import { crashFiles } from "./crash-files";
import { crashFolder } from "./crash-folder";

const ID = "0bba929f-8721-460c-8ead-a43c20261120" as CrashId;
const RAW = { uuid: ID, submitted_timestamp: "x", ProductName: "Kestrel" };

let directory: string;
beforeEach(async () => (directory = await mkdtemp(join(tmpdir(), "crash-folder-"))));
afterEach(() => rm(directory, { recursive: true, force: true }));

const put = async (path: string, content: string) => {
  await mkdir(dirname(join(directory, path)), { recursive: true });
  await writeFile(join(directory, path), content);
  return { path: join(directory, path), sizeBytes: content.length };
};

describe("a crash folder", () => {
  it.each([
    ["dated" as const, `v1/raw_crash/20261120/${ID}`],
    ["entropy" as const, `v2/raw_crash/0bb/20261120/${ID}`],
  ])("has the files that a bucket in the layout %s has keys, and nothing else", async (layout, rawFile) => {
    const folder = crashFolder(join(directory, "out"), layout);
    const dumps = new Map([
      [MAIN_DUMP, await put("a", "MDMP")],
      ["memory_report", await put("b", "{}")],
    ]);
    await folder.save(ID, { raw: RAW, dumps, processed: { uuid: ID, signature: "s", date_processed: "x" } });
    const files = await readdir(join(directory, "out"), { recursive: true, withFileTypes: true });
    const text = (path: string) => readFile(join(directory, "out", path), "utf8");
    expect(files.filter((file) => file.isFile()).length).toBe(5);
    expect(JSON.parse(await text(rawFile))).toEqual(RAW);
    expect(JSON.parse(await text(`v1/dump_names/${ID}`))).toEqual([MAIN_DUMP, "memory_report"]);
    expect(await text(`v1/dump/${ID}`)).toBe("MDMP");
    expect(await text(`v1/memory_report/${ID}`)).toBe("{}");
    expect(JSON.parse(await text(`v1/processed_crash/${ID}`))).toMatchObject({ signature: "s" });
  });

  it("reads both layouts, whichever it writes, and lists each crash once", async () => {
    const other = sampleId();
    await crashFolder(directory, "dated").save(ID, { raw: RAW });
    await crashFolder(directory, "entropy").save(ID, { raw: RAW });
    await crashFolder(directory, "entropy").save(other, { raw: { ...RAW, uuid: other } });
    const folder = crashFolder(directory);
    expect(await folder.getRaw(other)).toMatchObject({ uuid: other });
    expect([...(await collect(folder.crashIds()))].sort()).toEqual([ID, other].sort());
    expect(await collect(crashFolder(join(directory, "none")).crashIds())).toEqual([]);
  });

  it("refuses another crash's raw crash, and lists of dumps that lead elsewhere or nowhere", async () => {
    const folder = crashFolder(directory);
    await expect(folder.getRaw(ID)).rejects.toMatchObject({ code: "crash_id_not_found" });
    await put(`v1/raw_crash/20261120/${ID}`, JSON.stringify({ ...RAW, uuid: sampleId() }));
    await expect(folder.getRaw(ID)).rejects.toThrow(
      `What the folder has of ${ID} is not a crash of that id.`,
    );
    for (const names of ['["../../secret"]', '["raw_crash"]', "{"]) {
      await put(`v1/dump_names/${ID}`, names);
      await expect(folder.getDumpsAsFiles(ID, directory)).rejects.toMatchObject({ code: "storage_corrupt" });
    }
    await put(`v1/dump_names/${ID}`, '["missing"]');
    await expect(folder.getDumpsAsFiles(ID, directory)).rejects.toThrow(/missing.* cannot be read: ENOENT/);
  });
});

it("what is put into a store stays as it was when its source is written to", async () => {
  const storage = await openCrashStorage("fs-permanent", { dataDirectory: join(directory, "data") });
  const dump = await put("x.dmp", "MDMP");
  const folder = crashFolder(join(directory, "out"));
  await folder.save(ID, { raw: RAW, dumps: new Map([[MAIN_DUMP, dump]]) });
  await copyCrash(ID, { from: folder, to: storage, temporaryDirectory: directory });
  await writeFile(join(directory, "out", "v1", "dump", ID), "????");
  const stored = async () => (await buffer(await storage.getDump(ID, MAIN_DUMP))).toString();
  expect(await stored()).toBe("MDMP");
  const raw = await put("raw.json", JSON.stringify({ ...RAW, Version: "2" }));
  const { source } = await crashFiles({ raw: raw.path, dumps: new Map([[MAIN_DUMP, dump.path]]) });
  await copyCrash(ID, { from: source, to: storage, temporaryDirectory: directory });
  await writeFile(dump.path, "????");
  expect(await stored()).toBe("MDMP");
});

describe("single files", () => {
  it("are the crash whose id the raw crash has", async () => {
    const { path: raw } = await put("raw.json", JSON.stringify(RAW));
    const { path } = await put("x.dmp", "MDMP");
    const { id, source } = await crashFiles({ raw, dumps: new Map([[MAIN_DUMP, path]]) });
    expect(id).toBe(ID);
    expect(await source.getRaw(ID)).toEqual(RAW);
    const file = (await source.getDumpsAsFiles(ID, directory)).get(MAIN_DUMP);
    expect(file?.sizeBytes).toBe(4);
    expect(await readFile(file?.path ?? "", "utf8")).toBe("MDMP");
    await expect(source.getRaw(sampleId())).rejects.toMatchObject({ code: "crash_id_not_found" });
  });

  it.each([
    ["{", /is not JSON/],
    ["[]", /its "uuid" is not a crash id/],
    ['{"uuid": "bp-0bba929f-8721-460c-8ead-a43c20261120"}', /its "uuid" is not a crash id/],
    ['{"uuid": "0bba929f-8721-460c-8ead-a43c20261399"}', /its "uuid" is not a crash id/],
  ])("with the raw crash %s are refused", async (content, message) => {
    const { path } = await put("raw.json", content);
    await expect(crashFiles({ raw: path, dumps: new Map() })).rejects.toThrow(message);
  });

  it("that are not there are named", async () => {
    const { path: raw } = await put("raw.json", JSON.stringify(RAW));
    const missing = join(directory, "missing.dmp");
    await expect(crashFiles({ raw: missing, dumps: new Map() })).rejects.toThrow(
      `${missing} cannot be read: ENOENT.`,
    );
    await expect(crashFiles({ raw, dumps: new Map([[MAIN_DUMP, missing]]) })).rejects.toThrow("ENOENT");
  });
});
