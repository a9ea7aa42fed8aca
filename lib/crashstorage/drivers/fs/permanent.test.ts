import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { CrashId } from "#lib/core/crash-id";
import { crashStorageContract, sampleId } from "#lib/crashstorage/conformance";
import { crashPaths } from "./paths";
import { fsPermanentStorage } from "./permanent";

crashStorageContract("fs-permanent", fsPermanentStorage);

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
    const paths = crashPaths("/crashes", id.replace(/a43c2(\w)/, "a43c2$1") as CrashId);
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
      crashPaths(root, id).processed,
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
    const paths = crashPaths(root, id);
    await mkdir(paths.directory, { recursive: true });
    await writeFile(paths.raw, '{"cut');
    await writeFile(paths.processed, "not gzip");
    for (const reading of [storage.getRaw(id), storage.getUnredactedProcessed(id)])
      await expect(reading).rejects.toMatchObject({
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
