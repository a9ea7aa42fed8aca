import { setImmediate as nextTurn } from "node:timers/promises";
import {
  DuckDBTimestampValue,
  DuckDBMapValue,
  LIST,
  MAP,
  VARCHAR,
  type DuckDBAppender,
  type DuckDBConnection,
} from "@duckdb/node-api";
import type { CrashId } from "#lib/core/crash-id";
import { formatMicroseconds, parseMicroseconds } from "#lib/core/time";
import type { SearchDocument } from "#lib/fields/document";
import { COLUMNS, type Column, type ColumnValue } from "./columns";

export const TABLE = "crashes";

/** The longest time for which a write keeps the process from its other work. */
const SLICE_MS = 10;

/**
 * Makes the table, and adds the columns of fields that came after the file was made. Returns the columns
 * in the file's order; one whose field is no longer in the catalogue stays empty.
 */
export async function prepareTable(connection: DuckDBConnection): Promise<readonly Column[]> {
  const definitions = COLUMNS.map(({ name, type }) => `${name} ${type}`);
  await connection.run(`CREATE TABLE IF NOT EXISTS ${TABLE} (${definitions.join(", ")})`);
  const present = await columnNames(connection);
  for (const { name, type } of COLUMNS)
    if (!present.includes(name)) await connection.run(`ALTER TABLE ${TABLE} ADD COLUMN ${name} ${type}`);
  const known = new Map(COLUMNS.map((column) => [column.name, column]));
  const names = await columnNames(connection);
  return names.map((name) => known.get(name) ?? { name, type: "VARCHAR", value: () => null });
}

async function columnNames(connection: DuckDBConnection): Promise<readonly string[]> {
  const sql = `SELECT column_name FROM duckdb_columns() WHERE table_name = '${TABLE}' ORDER BY column_index`;
  const reader = await connection.runAndReadAll(sql);
  return reader.getRowsJson().map(([name]) => JSON.stringify(name));
}

/**
 * Puts documents in the place of what was there for the same crash ids, all or none of them. The last
 * of several documents for one crash id counts.
 */
export async function replaceDocuments(
  connection: DuckDBConnection,
  columns: readonly Column[],
  documents: readonly SearchDocument[],
): Promise<void> {
  const byId = new Map(documents.map((document) => [document.uuid, document]));
  const dates = [...byId.values()].map(({ date }) => date).sort();
  await inTransaction(connection, async () => {
    await deleteDocuments(connection, [...byId.keys()], { first: dates[0], last: dates.at(-1) });
    const appender = await connection.createAppender(TABLE);
    let until = performance.now() + SLICE_MS;
    for (const document of byId.values()) {
      appendDocument(appender, columns, document);
      if (performance.now() < until) continue;
      await nextTurn();
      until = performance.now() + SLICE_MS;
    }
    appender.closeSync();
  });
}

/** Removes the documents of crashes; those without one are passed over. */
export async function removeDocuments(connection: DuckDBConnection, ids: readonly CrashId[]): Promise<void> {
  await inTransaction(connection, () => deleteDocuments(connection, ids, {}));
}

/** Counts the documents of all days before that of a moment and, unless it is a dry run, removes them. */
export async function expireDocuments(
  connection: DuckDBConnection,
  before: Date,
  { dryRun }: { readonly dryRun: boolean },
): Promise<number> {
  const old = `FROM ${TABLE} WHERE "date" < '${before.toISOString().slice(0, 10)}'::TIMESTAMP`;
  const reader = await connection.runAndReadAll(`SELECT count(*) ${old}`);
  if (!dryRun) await connection.run(`DELETE ${old}`);
  return Number(reader.getRowsJS()[0]?.[0]);
}

/** A crash keeps its date for ever, so the dates of its new documents tell where the old ones are. */
async function deleteDocuments(
  connection: DuckDBConnection,
  ids: readonly CrashId[],
  dates: { readonly first?: string | undefined; readonly last?: string | undefined },
): Promise<void> {
  const conditions = [`"uuid" IN (${ids.map((_, index) => `$${index + 1}::VARCHAR`).join(", ")})`];
  if (dates.first) conditions.push(`"date" >= '${plainTimestamp(dates.first)}'::TIMESTAMP`);
  if (dates.last) conditions.push(`"date" <= '${plainTimestamp(dates.last)}'::TIMESTAMP`);
  await connection.run(`DELETE FROM ${TABLE} WHERE ${conditions.join(" AND ")}`, [...ids]);
}

/** Digits and separators only, whatever was given. */
function plainTimestamp(iso: string): string {
  return formatMicroseconds(parseMicroseconds(iso) ?? 0n).replace("+00:00", "");
}

function appendDocument(
  appender: DuckDBAppender,
  columns: readonly Column[],
  document: SearchDocument,
): void {
  for (const column of columns) appendValue(appender, column.type, column.value(document));
  appender.endRow();
}

function appendValue(appender: DuckDBAppender, type: string, value: ColumnValue): void {
  if (value === null) appender.appendNull();
  else if (typeof value === "boolean") appender.appendBoolean(value);
  else if (isList(value)) appender.appendList([...value], LIST(VARCHAR));
  else if (typeof value === "object")
    appender.appendMap(new DuckDBMapValue(mapEntries(value)), MAP(VARCHAR, VARCHAR));
  else if (typeof value === "number") appendNumber(appender, type, value);
  else if (type === "TIMESTAMP")
    appender.appendTimestamp(new DuckDBTimestampValue(parseMicroseconds(value) ?? 0n));
  else appender.appendVarchar(value);
}

function isList(value: ColumnValue): value is readonly string[] {
  return Array.isArray(value);
}

function mapEntries(map: ReadonlyMap<string, string>) {
  return [...map].map(([key, value]) => ({ key, value }));
}

function appendNumber(appender: DuckDBAppender, type: string, value: number): void {
  if (type === "DOUBLE") appender.appendDouble(value);
  else if (type === "BIGINT") appender.appendBigInt(BigInt(value));
  else if (type === "INTEGER") appender.appendInteger(value);
  else appender.appendSmallInt(value);
}

async function inTransaction(connection: DuckDBConnection, work: () => Promise<void>): Promise<void> {
  await connection.run("BEGIN TRANSACTION");
  try {
    await work();
  } catch (error) {
    await connection.run("ROLLBACK");
    throw error;
  }
  await connection.run("COMMIT");
}
