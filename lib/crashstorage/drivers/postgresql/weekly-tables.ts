import { crashIdDay, parseCrashId, type CrashId } from "#lib/core/crash-id";
import { BadArgument } from "#lib/core/errors";
import type { Connection } from "#lib/postgresql/connection";
import { executeNoResults, executeQueryFetchall } from "#lib/postgresql/queries";
import { REPORT_COLUMNS } from "./report-row";

/**
 * What there is per week: columns, and the key within a crash.
 *
 * Crashes are kept as `json`, not `jsonb`: that keeps the text as it was written, so key order, `\u0000` and lone
 * surrogates come back, and `->>` still finds what is in it.
 */
const TABLES = {
  raw_crashes: ["uuid uuid NOT NULL, raw_crash json NOT NULL", "uuid"],
  processed_crashes: ["uuid uuid NOT NULL, processed_crash json NOT NULL", "uuid"],
  reports: [
    Object.entries(REPORT_COLUMNS)
      .map(([name, { type }]) => `${name} ${type}`)
      .join(", "),
    "uuid",
  ],
  plugins_reports: [
    "uuid uuid NOT NULL, plugin_id int NOT NULL, version text, date_processed timestamptz",
    "uuid",
  ],
  dumps: [
    "uuid uuid NOT NULL, name text NOT NULL, content uuid NOT NULL, size_bytes bigint NOT NULL",
    "uuid, name",
  ],
  dump_parts: [
    "uuid uuid NOT NULL, content uuid NOT NULL, part int NOT NULL, bytes bytea NOT NULL",
    "uuid, content, part",
  ],
} as const;

type TableName = keyof typeof TABLES;

const NAMES = Object.keys(TABLES) as TableName[];

/** Any number that no other program on the same database locks. */
const CREATION_LOCK = 7_262_745_302;

/** The tables of the week that a crash is of, ready to stand in a statement. */
export interface WeeklyTables {
  readonly table: Readonly<Record<TableName, string>>;
  /** The table of all plugins, of every week. */
  readonly plugins: string;
  readonly schema: string;
  /** Its Monday, as YYYY-MM-DD. */
  readonly week: string;
}

/**
 * The tables of a crash. Their names end in the Monday of the week in the crash id: `raw_crashes_20261116`. Throws
 * BadArgument for what is no crash id.
 */
export function weeklyTables(schema: string, id: CrashId): WeeklyTables {
  if (parseCrashId(id) !== id)
    throw new BadArgument("No crash id: a UUID in lower case that ends in a date.");
  const week = mondayOf(crashIdDay(id));
  const table = (name: TableName) => `${schema}.${name}_${week.replaceAll("-", "")}`;
  return {
    table: Object.fromEntries(NAMES.map((name) => [name, table(name)])) as Record<TableName, string>,
    plugins: `${schema}.plugins`,
    schema,
    week,
  };
}

function mondayOf(day: string): string {
  const [year, month, date] = [day.slice(0, 4), day.slice(4, 6), day.slice(6)].map(Number);
  const midnight = new Date(Date.UTC(year ?? 0, (month ?? 1) - 1, date));
  midnight.setUTCDate(midnight.getUTCDate() - ((midnight.getUTCDay() + 6) % 7));
  return midnight.toISOString().slice(0, 10);
}

/** Those of the tables that are there. */
export async function existingTables(
  connection: Connection,
  { table }: WeeklyTables,
): Promise<readonly string[]> {
  const rows = await executeQueryFetchall(
    connection,
    "SELECT name FROM unnest($1::text[]) AS name WHERE to_regclass(name) IS NOT NULL",
    [Object.values(table)],
  );
  return rows.map(({ name }) => String(name));
}

/**
 * Makes the tables of a week that are not there, in a transaction; processes that do so at once take turns.
 *
 * They are partitions of `raw_crashes`, `reports` and so on, so that one query can ask all weeks, and dropping a table
 * forgets a week at once. We read and write the week's own table: its key is the crash id alone, which the key of a
 * partitioned table could not be. A table is attached rather than made as a partition, since that does not wait for
 * queries over all weeks, nor let others wait.
 */
export async function createWeek(connection: Connection, tables: WeeklyTables): Promise<void> {
  const run = (sql: string, values: readonly unknown[] = []) => executeNoResults(connection, sql, values);
  await run("SELECT pg_advisory_xact_lock($1)", [CREATION_LOCK]);
  const { schema, table, week } = tables;
  const existing = await existingTables(connection, tables);
  const [found] = await connection.query("SELECT to_regnamespace($1) IS NOT NULL AS there", [schema]);
  // Even IF NOT EXISTS needs the right to make schemas.
  if (found?.there !== true) await run(`CREATE SCHEMA ${schema}`);
  await run(
    `CREATE TABLE IF NOT EXISTS ${tables.plugins} (
       id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, filename text NOT NULL, name text NOT NULL,
       UNIQUE (filename, name))`,
  );
  for (const name of NAMES.filter((one) => !existing.includes(table[one]))) {
    const [columns, key] = TABLES[name];
    const parent = `${schema}.${name}`;
    await run(
      `CREATE TABLE IF NOT EXISTS ${parent} (week date NOT NULL, ${columns}) PARTITION BY LIST (week)`,
    );
    await run(`CREATE TABLE ${table[name]} (LIKE ${parent}, PRIMARY KEY (${key}))`);
    await run(`ALTER TABLE ${table[name]} ALTER week SET DEFAULT '${week}'`);
    await run(`ALTER TABLE ${parent} ATTACH PARTITION ${table[name]} FOR VALUES IN ('${week}')`);
  }
  // Trying to compress dumps costs the server more than the disk they take.
  await run(`ALTER TABLE ${table.dump_parts} ALTER bytes SET STORAGE EXTERNAL`);
}
