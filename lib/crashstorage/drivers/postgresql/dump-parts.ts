import { open, stat } from "node:fs/promises";
import { Readable } from "node:stream";
import type { Dumps, DumpFile } from "#lib/core/crash";
import type { CrashId } from "#lib/core/crash-id";
import { CrashIdNotFound, StorageUnavailable } from "#lib/core/errors";
import type { Connection } from "#lib/postgresql/connection";
import { executeNoResults, executeQueryFetchall } from "#lib/postgresql/queries";
import type { WeeklyTables } from "./weekly-tables";

/** A dump in rows of this size never is in memory as a whole, neither here nor in the server. */
const PART_BYTES = 512 * 1024;

/** Parts that one query reads. */
const READ_PARTS = 2;

/** What was stored under a dump's name by one save; another save makes another. */
interface StoredDump {
  readonly id: CrashId;
  readonly name: string;
  readonly content: string;
  readonly sizeBytes: number;
}

/** All dumps of a crash. Throws CrashIdNotFound when there is no raw crash. */
export async function listDumps(
  connection: Connection,
  { table }: WeeklyTables,
  id: CrashId,
): Promise<readonly StoredDump[]> {
  const rows = await executeQueryFetchall(
    connection,
    `SELECT name, content::text AS content, size_bytes::float8 AS size
     FROM ${table.raw_crashes} LEFT JOIN ${table.dumps} USING (uuid) WHERE uuid = $1`,
    [id],
  );
  if (rows.length === 0) throw new CrashIdNotFound(id);
  return rows
    .filter(({ name }) => name !== null)
    .map(({ name, content, size }) => ({
      id,
      name: String(name),
      content: String(content),
      sizeBytes: Number(size),
    }));
}

/** Throws StorageUnavailable when a dump's file is not there. */
export async function refuseMissingFiles(dumps: Dumps): Promise<void> {
  for (const { path } of dumps.values()) await stat(path).catch(refuseUnreadable);
}

/** Puts dumps in the place of those that the crash has, inside of a transaction. */
export async function replaceDumps(
  connection: Connection,
  tables: WeeklyTables,
  id: CrashId,
  dumps: Dumps,
): Promise<void> {
  const { table } = tables;
  await executeNoResults(connection, `DELETE FROM ${table.dump_parts} WHERE uuid = $1`, [id]);
  await executeNoResults(connection, `DELETE FROM ${table.dumps} WHERE uuid = $1`, [id]);
  await addDumps(connection, tables, id, dumps);
}

/** Adds dumps to a crash that has none, inside of a transaction. */
export async function addDumps(
  connection: Connection,
  { table }: WeeklyTables,
  id: CrashId,
  dumps: Dumps,
): Promise<void> {
  for (const [name, file] of dumps) {
    const content = crypto.randomUUID();
    const part = `INSERT INTO ${table.dump_parts} (uuid, content, part, bytes) VALUES ($1, $2, $3, $4)`;
    const lastPart = `WITH last AS (${part})
      INSERT INTO ${table.dumps} (uuid, content, name, size_bytes) VALUES ($1, $2, $5, $6)`;
    let [number, sizeBytes] = [0, 0];
    for await (const { bytes, isLast } of partsOf(file)) {
      sizeBytes += bytes.length;
      const values = [id, content, number, bytes];
      await (isLast
        ? executeNoResults(connection, lastPart, [...values, name, sizeBytes])
        : executeNoResults(connection, part, values));
      number += 1;
    }
  }
}

/** At least one part. A file that cannot be read is told apart from a server that does not take what was read. */
async function* partsOf({ path }: DumpFile): AsyncGenerator<{ bytes: Buffer; isLast: boolean }, void> {
  const file = await open(path).catch(refuseUnreadable);
  try {
    let { size: left } = await file.stat();
    do {
      const length = Math.min(left, PART_BYTES);
      const { bytesRead, buffer } = await file.read(Buffer.alloc(length), 0, length).catch(refuseUnreadable);
      if (bytesRead < length) refuseUnreadable(new Error(`${bytesRead} of ${length} bytes came`));
      left -= length;
      yield { bytes: buffer, isLast: left === 0 };
    } while (left > 0);
  } finally {
    await file.close();
  }
}

/**
 * A stored dump and its first parts, of one moment. Throws CrashIdNotFound when there is no raw crash, or no such dump.
 */
export async function findDump(
  connection: Connection,
  { table }: WeeklyTables,
  id: CrashId,
  name: string,
): Promise<{ readonly dump: StoredDump; readonly start: readonly Uint8Array[] }> {
  const rows = await executeQueryFetchall(
    connection,
    `SELECT content::text AS content, size_bytes::float8 AS size, bytes
     FROM ${table.raw_crashes} JOIN ${table.dumps} USING (uuid) LEFT JOIN ${table.dump_parts} USING (uuid, content)
     WHERE uuid = $1 AND name = $2 AND coalesce(part, 0) < ${READ_PARTS} ORDER BY part`,
    [id, name],
  );
  const [first] = rows;
  if (first === undefined) throw new CrashIdNotFound(id);
  return {
    dump: { id, name, content: String(first.content), sizeBytes: Number(first.size) },
    start: rows.map(({ bytes }) => bytes as Uint8Array | null).filter((bytes) => bytes !== null),
  };
}

/** Some parts of a stored dump, from a given one on; none behind its end, or when it was replaced. */
export async function readParts(
  connection: Connection,
  { table }: WeeklyTables,
  { id, content }: StoredDump,
  from: number,
): Promise<readonly Uint8Array[]> {
  const rows = await executeQueryFetchall(
    connection,
    `SELECT bytes FROM ${table.dump_parts}
     WHERE uuid = $1 AND content = $2 AND part >= $3 AND part < $3 + ${READ_PARTS} ORDER BY part`,
    [id, content, from],
  );
  return rows.map(({ bytes }) => bytes as Uint8Array);
}

/**
 * The bytes of a stored dump, some parts at a time. When it is replaced before all are read, the stream fails instead of
 * mixing both.
 */
export function dumpStream(
  { id, name, sizeBytes }: StoredDump,
  read: (from: number) => Promise<readonly Uint8Array[]>,
): Readable {
  async function* bytes(): AsyncGenerator<Uint8Array, void> {
    let [next, left] = [0, sizeBytes];
    while (left > 0) {
      const parts = await read(next);
      if (parts.length === 0)
        throw new StorageUnavailable(`PostgreSQL: the dump ${name} of ${id} was replaced while it was read.`);
      yield* parts;
      left -= parts.reduce((sum, { length }) => sum + length, 0);
      next += parts.length;
    }
  }
  return Readable.from(bytes(), { objectMode: false });
}

function refuseUnreadable(cause: unknown): never {
  throw new StorageUnavailable("PostgreSQL: a dump's file cannot be read.", { cause });
}
