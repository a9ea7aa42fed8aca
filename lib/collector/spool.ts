import { createHash } from "node:crypto";
import { mkdir, open, rm } from "node:fs/promises";
import { join } from "node:path";
import type { DumpFile } from "#lib/core/crash";
import { StorageUnavailable } from "#lib/core/errors";

/** A dump that is on disk for good, though not yet in crash storage. */
export interface SpooledDump extends DumpFile {
  /** SHA-256 in hexadecimal. */
  readonly checksum: string;
}

/** Where the dumps of one submission wait until the submission is complete. */
export interface Spool {
  /** Throws StorageUnavailable when the disk does not take it, and whatever the dump fails with. */
  write(dump: AsyncIterable<Buffer>): Promise<SpooledDump>;
  /** Removes everything of this submission. */
  remove(): Promise<void>;
}

/** A spool for one submission; its directory is made with the first dump. */
export function openSpool(parent: string, name: string): Spool {
  const directory = join(parent, name);
  let count = 0;
  return {
    async write(dump) {
      await storing(() => mkdir(directory, { recursive: true }));
      return writeDump(dump, join(directory, String(count++)));
    },
    async remove() {
      if (count > 0) await rm(directory, { recursive: true, force: true });
    },
  };
}

async function writeDump(dump: AsyncIterable<Buffer>, path: string): Promise<SpooledDump> {
  const handle = await storing(() => open(path, "wx"));
  const hash = createHash("sha256");
  let sizeBytes = 0;
  try {
    for await (const chunk of dump) {
      hash.update(chunk);
      sizeBytes += chunk.length;
      await storing(() => handle.appendFile(chunk));
    }
    await storing(() => handle.datasync());
  } finally {
    await handle.close();
  }
  return { path, sizeBytes, checksum: hash.digest("hex") };
}

async function storing<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? "unknown";
    throw new StorageUnavailable(`The spool folder cannot be written: ${code}.`, { cause });
  }
}
