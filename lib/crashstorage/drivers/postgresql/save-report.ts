import type { ProcessedCrash } from "#lib/core/crash";
import type { Connection } from "#lib/postgresql/connection";
import { executeNoResults } from "#lib/postgresql/queries";
import { cutText, REPORT_COLUMNS, reportRow } from "./report-row";
import type { WeeklyTables } from "./weekly-tables";

/** Longer names of plugins are cut: an index has no room for longer ones. */
const PLUGIN_NAME_LENGTH = 255;

/** Writes the rows that are made from a processed crash: its report, and the plugin that crashed. */
export async function saveReport(
  connection: Connection,
  tables: WeeklyTables,
  crash: ProcessedCrash,
): Promise<void> {
  const { reports } = tables.table;
  const columns = Object.keys(REPORT_COLUMNS);
  const updates = columns.map((name) => `${name} = excluded.${name}`);
  await executeNoResults(
    connection,
    `INSERT INTO ${reports} (${columns.join(", ")})
     SELECT ${columns.join(", ")} FROM json_populate_record(NULL::${reports}, $1::text::json)
     ON CONFLICT (uuid) DO UPDATE SET ${updates.join(", ")}`,
    [JSON.stringify(reportRow(crash))],
  );
  await savePlugin(connection, tables, crash);
}

async function savePlugin(connection: Connection, { table, plugins }: WeeklyTables, crash: ProcessedCrash) {
  const { plugin_filename: filename, plugin_name: name, plugin_version: version, uuid } = crash;
  const text = (value: typeof name) => cutText(value ?? "", PLUGIN_NAME_LENGTH);
  if (text(filename) + text(name) === "") {
    await executeNoResults(connection, `DELETE FROM ${table.plugins_reports} WHERE uuid = $1`, [uuid]);
    return;
  }
  await executeNoResults(
    connection,
    `WITH plugin AS (
       INSERT INTO ${plugins} (filename, name) VALUES ($1, $2)
       ON CONFLICT (filename, name) DO UPDATE SET name = excluded.name RETURNING id)
     INSERT INTO ${table.plugins_reports} (uuid, plugin_id, version, date_processed)
     SELECT $3::uuid, id, $4, $5::text::timestamptz FROM plugin
     ON CONFLICT (uuid) DO UPDATE
     SET plugin_id = excluded.plugin_id, version = excluded.version, date_processed = excluded.date_processed`,
    [text(filename), text(name), uuid, text(version), reportRow(crash).date_processed],
  );
}
