import {
  chmod,
  mkdir,
  mkdtemp,
  open as openFile,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  truncate,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { MAIN_DUMP } from "#lib/core/crash";
import type { CrashId } from "#lib/core/crash-id";
import { sampleId } from "#lib/crashstorage/conformance";
import { FS_LAYOUTS, type FsStorageName } from "#lib/crashstorage/fs-layouts";
import { foundOrNull } from "#lib/crashstorage/found-or-null";
import { smallDisk, withoutRights, type SmallDisk } from "#test/small-disk";
import { crashReport, expectStored, processedCrash as processed } from "#test/stored-crashes";
import { crashPaths } from "./paths";
import { fsStorage } from "./storage";

const DUMPS = { [MAIN_DUMP]: new Uint8Array(100_000).fill(1) };
const ROOM = 1_000_000;

describe.each(Object.keys(FS_LAYOUTS) as FsStorageName[])("%s withstands faults", (name) => {
  let directory: string;
  let root: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "fs-faults-"));
    await chmod(directory, 0o777);
    root = join(directory, "store");
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  const report = (id: CrashId, dumps: Record<string, Uint8Array> = DUMPS) =>
    crashReport(directory, id, dumps);
  const unavailable = (id: CrashId, code: string) => ({
    code: "storage_unavailable",
    status: 503,
    transient: true,
    message: expect.stringMatching(new RegExp(`^Crash storage ${name} .*${id}: ${code}`)) as string,
  });
  const pathsOf = (id: CrashId) => crashPaths(root, id, FS_LAYOUTS[name]);

  describe("of a full disk:", () => {
    let disk: SmallDisk;
    beforeEach(async () => {
      disk = await smallDisk();
      root = join(disk.path, "store");
    });
    afterEach(() => disk.remove());

    /** The dump may be a link to a file that is there already; the raw crash never is. */
    const large = (id: CrashId) =>
      crashReport(
        directory,
        id,
        { [MAIN_DUMP]: new Uint8Array(500_000) },
        { Comments: "x".repeat(1_500_000) },
      );

    /** Leaves no room for a dump, nor for anything else on a disk that can be filled. */
    const fill = async () => {
      const file = await openFile(join(disk.path, "filler"), "w");
      const writing = async (bytes: number) => {
        for (;;) await file.write(Buffer.alloc(bytes));
      };
      for (const bytes of [100_000, 1000, 1])
        await expect(writing(bytes)).rejects.toMatchObject({ code: disk.fullCode });
      await file.close();
    };

    it("a save says so, shows nothing, and succeeds when there is room again", async () => {
      const storage = await fsStorage(name, root);
      const [kept, id] = [sampleId(), sampleId()];
      const small = await report(kept, { [MAIN_DUMP]: Uint8Array.of(1) });
      await storage.saveRaw(small);
      await fill();
      await expect(storage.saveRaw(await large(id))).rejects.toMatchObject(unavailable(id, disk.fullCode));
      await expectStored(storage, id, directory, {});
      expect(await readdir(join(root, "tmp"))).toEqual([]);
      if (disk.fullCode === "ENOSPC")
        await expect(storage.saveProcessed(processed(id))).rejects.toMatchObject(unavailable(id, "ENOSPC"));
      await rm(join(disk.path, "filler"));
      const fitting = await report(id, { [MAIN_DUMP]: new Uint8Array(ROOM - 1) });
      await storage.saveRaw(fitting);
      await storage.saveProcessed(processed(id));
      await expectStored(storage, id, directory, {
        raw: fitting.raw,
        dumps: { [MAIN_DUMP]: new Uint8Array(ROOM - 1) },
        processed: processed(id),
      });
      await expectStored(storage, kept, directory, {
        raw: small.raw,
        dumps: { [MAIN_DUMP]: Uint8Array.of(1) },
      });
    });

    it("replacing says so, and leaves the crash that was there", async () => {
      const storage = await fsStorage(name, root);
      const id = sampleId();
      const small = await report(id, { [MAIN_DUMP]: Uint8Array.of(1) });
      await storage.saveRaw(small);
      await fill();
      await expect(storage.saveRaw(await large(id))).rejects.toMatchObject(unavailable(id, disk.fullCode));
      await expectStored(storage, id, directory, {
        raw: small.raw,
        dumps: { [MAIN_DUMP]: Uint8Array.of(1) },
      });
    });
  });

  it("a file that was cut is StorageCorrupt, naming store and crash, wherever it was cut", async () => {
    const storage = await fsStorage(name, root);
    const id = sampleId();
    await storage.saveRaw(await report(id));
    await storage.saveProcessed(processed(id));
    const corrupt = {
      code: "storage_corrupt",
      status: 500,
      message: expect.stringMatching(new RegExp(`${name} has of ${id}`)) as string,
    };
    const { raw, processed: gzip } = pathsOf(id);
    for (const [path, reading] of [
      [raw, () => storage.getRaw(id)],
      [gzip, () => storage.getUnredactedProcessed(id)],
    ] as const) {
      const { length } = await readFile(path);
      for (let left = length - 1; left >= 0; left -= 7) {
        await truncate(path, left);
        await expect(reading()).rejects.toMatchObject(corrupt);
      }
    }
  });

  it("wrong permissions are told with store and crash, on both ways", async () => {
    const [kept, id] = [sampleId(), sampleId()];
    const storage = await withoutRights(() => fsStorage(name, root));
    await chmod(root, 0o777);
    await storage.saveRaw(await report(kept));
    await storage.saveProcessed(processed(kept));
    const { directory: folder, raw, processed: gzip } = pathsOf(kept);
    await Promise.all([raw, gzip, folder].map((path) => chmod(path, 0o000)));
    await chmod(join(root, "tmp"), 0o555);
    await withoutRights(async () => {
      const denied = unavailable(kept, "EACCES");
      await expect(storage.getRaw(kept)).rejects.toMatchObject(denied);
      await expect(storage.getUnredactedProcessed(kept)).rejects.toMatchObject(denied);
      await expect(storage.getDump(kept, MAIN_DUMP)).rejects.toMatchObject(denied);
      await expect(storage.getDumpsAsFiles(kept, directory)).rejects.toMatchObject(denied);
      await expect(storage.remove(kept)).rejects.toMatchObject(denied);
      await expect(storage.saveRaw(await report(id))).rejects.toMatchObject(unavailable(id, "EACCES"));
    });
    await chmod(folder, 0o755);
    await expectStored(storage, id, directory, {});
    await storage.remove(kept);
  });

  it("a folder that cannot be made stops the start", async () => {
    await mkdir(root, { mode: 0o555 });
    await expect(withoutRights(() => fsStorage(name, join(root, "below")))).rejects.toMatchObject({
      code: "bad_setting",
      message: `CRASHSTORAGE: the folder ${join(root, "below")} cannot be used: EACCES.`,
    });
  });

  it("a folder that is gone while it runs is no missing crash, and all is there when it is back", async () => {
    const storage = await fsStorage(name, root);
    const [kept, id] = [sampleId(), sampleId()];
    const saved = await report(kept);
    await storage.saveRaw(saved);
    await rename(root, `${root}.away`);
    const gone = unavailable(kept, "ENOENT");
    await expect(storage.getRaw(kept)).rejects.toMatchObject(gone);
    await expect(storage.getDump(kept, MAIN_DUMP)).rejects.toMatchObject(gone);
    await expect(storage.getUnredactedProcessed(kept)).rejects.toMatchObject(gone);
    await expect(storage.remove(kept)).rejects.toMatchObject(gone);
    await expect(storage.saveRaw(await report(id))).rejects.toMatchObject(unavailable(id, "ENOENT"));
    await expect(stat(root), "nothing is written where the folder was").rejects.toMatchObject({
      code: "ENOENT",
    });
    await rename(`${root}.away`, root);
    await expectStored(storage, kept, directory, { raw: saved.raw, dumps: DUMPS });
    expect(await foundOrNull(storage.getRaw(id))).toBeNull();
    await storage.saveRaw(await report(id));
    await expectStored(storage, id, directory, { raw: (await report(id)).raw, dumps: DUMPS });
  });
});
