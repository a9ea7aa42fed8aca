import { createWriteStream } from "node:fs";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import {
  isDumpName,
  type CrashReport,
  type DumpFile,
  type Dumps,
  type ProcessedCrash,
  type RawCrash,
} from "#lib/core/crash";
import type { CrashId } from "#lib/core/crash-id";
import { CrashIdNotFound, hasCode, isAppError } from "#lib/core/errors";
import { refuseDumpNames } from "#lib/crashstorage/dump-names";
import { EVERY_PART, noNewCrashes, type CrashPart, type CrashStorage } from "#lib/crashstorage/storage";
import { parseStored } from "#lib/crashstorage/stored-json";
import type { Connection, ConnectionContext } from "#lib/postgresql/connection";
import { pooledConnections } from "#lib/postgresql/connection-context";
import { sqlState, tryLogin } from "#lib/postgresql/failure";
import { executeQueryFetchall } from "#lib/postgresql/queries";
import { attempt, snapshot, transact, type TransactionOptions } from "#lib/postgresql/transaction";
import { limitedBackoffExecutor } from "#lib/transaction/executor";
import {
  addDumps,
  dumpStream,
  findDump,
  listDumps,
  readParts,
  refuseMissingFiles,
  replaceDumps,
} from "./dump-parts";
import { saveReport } from "./save-report";
import { createWeek, existingTables, weeklyTables, type WeeklyTables } from "./weekly-tables";

export interface PostgresqlStorageOptions {
  /** Of the tables; a name that needs no quotes. */
  readonly schema: string;
  readonly keepsDumps: boolean;
}

const MAXIMUM_CONNECTIONS = 5;
const RETRY_DELAYS_SECONDS = [0.2, 1, 3];

/** Without `dumps=yes`. */
const CRASHES_ONLY: ReadonlySet<CrashPart> = new Set<CrashPart>(["raw", "processed"]);

/**
 * Crash storage in a PostgreSQL server. Throws BadSetting when the server refuses the login; one that does not answer yet
 * is no reason not to start.
 */
export async function postgresqlStorage({
  url,
  ...options
}: PostgresqlStorageOptions & { readonly url: string }): Promise<CrashStorage> {
  const setting = "CRASHSTORAGE";
  const connections = pooledConnections({ url, setting, maximumConnections: MAXIMUM_CONNECTIONS });
  try {
    await tryLogin(connections, setting);
  } catch (error) {
    if (!hasCode(error, "storage_unavailable")) {
      await connections.close();
      throw error;
    }
  }
  return postgresqlStorageOver(connections, options);
}

/** What a call does with the tables of one crash. */
interface CrashTables extends WeeklyTables {
  readonly id: CrashId;
  readonly options: TransactionOptions;
}

/** Crash storage over any PostgreSQL. A save is one transaction, which a reader sees all of or nothing. */
export function postgresqlStorageOver(
  connections: ConnectionContext,
  { schema, keepsDumps }: PostgresqlStorageOptions,
): CrashStorage {
  const execute = limitedBackoffExecutor({ delaysSeconds: RETRY_DELAYS_SECONDS });
  const of = (id: CrashId): CrashTables => ({
    ...weeklyTables(schema, id),
    id,
    options: { connections, execute, subject: id },
  });
  return {
    name: "postgresql",
    keeps: keepsDumps ? EVERY_PART : CRASHES_ONLY,
    saveRaw: async (report) => saveRaw(of(report.id), report, keepsDumps),
    saveProcessed: async (crash) => saveProcessed(of(crash.uuid), crash),
    getRaw: async (id) => (await getCrash(of(id), "raw_crash", "raw_crashes")) as RawCrash,
    getUnredactedProcessed: async (id) =>
      (await getCrash(of(id), "processed_crash", "processed_crashes")) as ProcessedCrash,
    getDump: async (id, name) => (keepsDumps ? getDump(of(id), name) : notKept(id)),
    getDumpsAsFiles: async (id, directory) => (keepsDumps ? getDumpsAsFiles(of(id), directory) : notKept(id)),
    remove: async (id) => remove(of(id)),
    newCrashes: noNewCrashes,
    close: () => connections.close(),
  };
}

async function saveRaw(
  tables: CrashTables,
  { id, raw, dumps: given }: CrashReport,
  keepsDumps: boolean,
): Promise<void> {
  const dumps = keepsDumps ? given : new Map<string, DumpFile>();
  refuseDumpNames(dumps);
  await refuseMissingFiles(dumps);
  await saving(tables, async (connection) => {
    // First, as it lets savers of the same crash wait for each other.
    const isNew = await upsertCrash(connection, tables, ["raw_crashes", "raw_crash", JSON.stringify(raw)]);
    await (isNew ? addDumps : replaceDumps)(connection, tables, id, dumps);
  });
}

function saveProcessed(tables: CrashTables, crash: ProcessedCrash): Promise<void> {
  return saving(tables, async (connection) => {
    await upsertCrash(connection, tables, ["processed_crashes", "processed_crash", JSON.stringify(crash)]);
    await saveReport(connection, tables, crash);
  });
}

/** Resolves with whether it was not there before: a row that was inserted has no transaction that replaced it. */
async function upsertCrash(
  connection: Connection,
  { table, id }: CrashTables,
  [name, column, json]: readonly ["raw_crashes" | "processed_crashes", string, string],
): Promise<boolean> {
  const [row] = await executeQueryFetchall(
    connection,
    `INSERT INTO ${table[name]} (uuid, ${column}) VALUES ($1, $2::text::json)
     ON CONFLICT (uuid) DO UPDATE SET ${column} = excluded.${column} RETURNING xmax = 0 AS is_new`,
    [id, json],
  );
  return row?.is_new === true;
}

/** Saves in a transaction; the first save of a week makes its tables. */
async function saving(tables: CrashTables, work: (connection: Connection) => Promise<void>): Promise<void> {
  try {
    await transact(tables.options, work);
  } catch (error) {
    if (!isTableMissing(error)) throw error;
    await transact(tables.options, (connection) => createWeek(connection, tables));
    await transact(tables.options, work);
  }
}

async function getCrash(
  { table, id, options }: CrashTables,
  column: string,
  name: "raw_crashes" | "processed_crashes",
): Promise<object> {
  const sql = `SELECT ${column}::text AS json FROM ${table[name]} WHERE uuid = $1`;
  const [row] = await orNotFound(
    id,
    attempt(options, (connection) => executeQueryFetchall(connection, sql, [id])),
  );
  if (row === undefined) throw new CrashIdNotFound(id);
  return parseStored(id, String(row.json));
}

/**
 * The start of a dump is read with its row, the rest a query at a time, so that a slow reader holds no connection. Only
 * the reader of a long dump can meet a save that replaces it.
 */
async function getDump(tables: CrashTables, name: string): Promise<Readable> {
  const { id, options } = tables;
  if (!isDumpName(name)) throw new CrashIdNotFound(id);
  const { dump, start } = await orNotFound(
    id,
    attempt(options, (connection) => findDump(connection, tables, id, name)),
  );
  return dumpStream(dump, async (from) =>
    from === 0 ? start : attempt(options, (connection) => readParts(connection, tables, dump, from)),
  );
}

function getDumpsAsFiles(tables: CrashTables, directory: string): Promise<Dumps> {
  const { id, options } = tables;
  const reading = snapshot(options, async (connection) => {
    const files = new Map<string, DumpFile>();
    for (const dump of await listDumps(connection, tables, id)) {
      const path = join(directory, `${id}.${dump.name}.dump`);
      const content = dumpStream(dump, (from) => readParts(connection, tables, dump, from));
      await pipeline(content, createWriteStream(path));
      files.set(dump.name, { path, sizeBytes: dump.sizeBytes });
    }
    return files;
  });
  return orNotFound(id, reading);
}

function notKept(id: CrashId): never {
  throw new CrashIdNotFound(id);
}

/** A week without tables is one without crashes. */
async function orNotFound<T>(id: CrashId, reading: Promise<T>): Promise<T> {
  try {
    return await reading;
  } catch (error) {
    throw isTableMissing(error) ? new CrashIdNotFound(id, { cause: error }) : error;
  }
}

async function remove(tables: CrashTables): Promise<void> {
  await transact(tables.options, async (connection) => {
    let removed = 0;
    for (const table of await existingTables(connection, tables))
      removed += (
        await executeQueryFetchall(connection, `DELETE FROM ${table} WHERE uuid = $1 RETURNING uuid`, [
          tables.id,
        ])
      ).length;
    if (removed === 0) throw new CrashIdNotFound(tables.id);
  });
}

function isTableMissing(error: unknown): boolean {
  return isAppError(error) && sqlState(error.cause) === "42P01";
}
