import { randomBytes } from "node:crypto";
import { open, stat, type FileHandle } from "node:fs/promises";
import type { DumpFile, Dumps } from "#lib/core/crash";
import { StorageRefused, StorageUnavailable } from "#lib/core/errors";
import { dumpColumn } from "#lib/hbase/dump-columns";
import type { HBaseClient, Mutation } from "#lib/hbase/hbase-client";
import { reportKey } from "#lib/hbase/row-keys";

/**
 * Bytes of dumps that go into one call, as one value or several. Below what HBase takes for a value (10 MB) and what a
 * Thrift server with frames takes for a call (2 MB), both unless told otherwise; and all that is in memory at once.
 */
export const PART_BYTES = 1024 * 1024;

/** All dumps of a crash are in one row, and HBase does not cut rows. */
export const LARGEST_DUMP_BYTES = 256 * PART_BYTES;

/** Dumps on their way into a row. */
export interface SavedDumps {
  /** Every dump, in order. */
  readonly columns: ReadonlyMap<string, readonly string[]>;
  /** Small dumps, to be saved with the raw crash. */
  readonly cells: readonly Mutation[];
}

/**
 * Saves the parts of large dumps, under columns that nothing is listed to have yet, and reads the small ones. Throws
 * StorageRefused for a dump that is too large and StorageUnavailable for a file that cannot be read; then the parts that
 * were saved are removed.
 */
export async function saveDumps(client: HBaseClient, id: string, dumps: Dumps): Promise<SavedDumps> {
  const sizes = new Map<string, number>();
  for (const [name, file] of dumps) sizes.set(name, await sizeOf(client, id, name, file));
  const columns = new Map<string, readonly string[]>();
  const cells: Mutation[] = [];
  const savedParts: string[] = [];
  const saving = randomBytes(4).toString("hex");
  let room = PART_BYTES;
  try {
    for (const [name, { path }] of dumps) {
      const size = sizes.get(name) ?? 0;
      const column = dumpColumn(name);
      if (size <= room) {
        room -= size;
        columns.set(name, [column]);
        cells.push([column, await reading(path, (file) => readPart(file, 0, size))]);
      } else {
        const parts = partColumns(`${column}.${saving}`, size);
        columns.set(name, parts);
        savedParts.push(...parts);
        await saveParts(client, id, parts, { path, sizeBytes: size });
      }
    }
    return { columns, cells };
  } catch (error) {
    const deletions = savedParts.map((part) => [part, null] as const);
    if (deletions.length > 0)
      await client.mutateRow("crash_reports", reportKey(id), deletions).catch(() => undefined);
    throw error;
  }
}

async function saveParts(
  client: HBaseClient,
  id: string,
  columns: readonly string[],
  { path, sizeBytes }: DumpFile,
): Promise<void> {
  await reading(path, async (file) => {
    for (const [index, column] of columns.entries()) {
      const position = index * PART_BYTES;
      const content = await readPart(file, position, Math.min(PART_BYTES, sizeBytes - position));
      await client.mutateRow("crash_reports", reportKey(id), [[column, content]]);
    }
  });
}

function partColumns(stem: string, sizeBytes: number): readonly string[] {
  return Array.from(
    { length: Math.ceil(sizeBytes / PART_BYTES) },
    (_, index) => `${stem}.${String(index).padStart(4, "0")}`,
  );
}

async function sizeOf(client: HBaseClient, id: string, name: string, { path }: DumpFile): Promise<number> {
  const { size } = await stat(path).catch(refuseFile);
  if (size <= LARGEST_DUMP_BYTES) return size;
  throw new StorageRefused(
    `HBase ${client.name}: the dump ${name} of ${id} has ${size} bytes; at most ${LARGEST_DUMP_BYTES} are accepted.`,
  );
}

async function reading<T>(path: string, work: (file: FileHandle) => Promise<T>): Promise<T> {
  const file = await open(path).catch(refuseFile);
  try {
    return await work(file);
  } finally {
    await file.close();
  }
}

async function readPart(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const content = Buffer.alloc(length);
  const { bytesRead } = await file.read(content, 0, length, position).catch(refuseFile);
  return bytesRead === length ? content : refuseFile(new Error(`${bytesRead} of ${length} bytes came`));
}

function refuseFile(cause: unknown): never {
  throw new StorageUnavailable("HBase: a dump's file cannot be read.", { cause });
}
