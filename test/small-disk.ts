import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** A folder in which only little can be written. */
export interface SmallDisk {
  readonly path: string;
  /** The code of the error that a write gets when nothing more fits. */
  readonly fullCode: "ENOSPC" | "EFBIG";
  remove(): Promise<void>;
}

/**
 * A disk of two megabytes, mounted where the user may mount. Where not, a folder in which no file may grow beyond one
 * megabyte, by a limit on this process that lasts until the disk is removed.
 */
export async function smallDisk(): Promise<SmallDisk> {
  const path = await mkdtemp(join(tmpdir(), "small-disk-"));
  try {
    await run("mount", ["-t", "tmpfs", "-o", "size=2m,mode=777", "tmpfs", path]);
  } catch {
    return limitedFolder(path);
  }
  return {
    path,
    fullCode: "ENOSPC",
    async remove() {
      await run("umount", ["--lazy", path]);
      await rm(path, { recursive: true });
    },
  };
}

async function limitedFolder(path: string): Promise<SmallDisk> {
  const limit = (bytes: string) => run("prlimit", ["--pid", String(process.pid), `--fsize=${bytes}:`]);
  const ignored = () => undefined;
  process.on("SIGXFSZ", ignored);
  await limit("1000000");
  return {
    path,
    fullCode: "EFBIG",
    async remove() {
      await limit("unlimited");
      process.off("SIGXFSZ", ignored);
      await rm(path, { recursive: true });
    },
  };
}

/** Runs something without the rights of root, who may write anywhere whatever the permissions are. */
export async function withoutRights<T>(work: () => Promise<T>): Promise<T> {
  if (process.geteuid?.() !== 0) return work();
  process.seteuid?.(65_534);
  try {
    return await work();
  } finally {
    process.seteuid?.(0);
  }
}
