import type { HBaseClient } from "./hbase-client";

/** Column families by table, as Socorro's cluster has them. */
const FAMILIES = {
  crash_reports: ["flags", "ids", "meta_data", "processed_data", "raw_data", "timestamps"],
  crash_reports_index_submitted_time: ["ids"],
  crash_reports_index_unprocessed_flag: ["ids"],
  crash_reports_index_legacy_submitted_time: ["ids"],
  crash_reports_index_legacy_unprocessed_flag: ["ids"],
  crash_reports_index_hang_id: ["ids"],
  crash_reports_index_hang_id_submitted_time: ["ids"],
  crash_reports_index_signature_ooid: ["ids"],
  metrics: ["counters"],
} as const;

type SocorroTable = keyof typeof FAMILIES;

const TABLES = Object.keys(FAMILIES) as readonly SocorroTable[];

/** The tables that are not there yet. */
export async function missingTables(client: HBaseClient): Promise<readonly SocorroTable[]> {
  const found = new Set(await client.getTableNames());
  return TABLES.filter((table) => !found.has(table));
}

/** Creates the tables that are not there, and gives their names. */
export async function createTables(client: HBaseClient): Promise<readonly SocorroTable[]> {
  const missing = await missingTables(client);
  for (const table of missing) await client.createTable(table, FAMILIES[table]);
  return missing;
}
