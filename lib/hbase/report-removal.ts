import type { HBaseClient } from "./hbase-client";
import { parsedObject } from "./parsed-object";
import { deleteFromQueue } from "./processing-queue";
import { reportKey, timestampedKey } from "./row-keys";
import { hangEntries, processType } from "./submission";

/** Removes a crash, its entries in the indices and, if it waits, in the queues. False when there is none. */
export async function removeReport(client: HBaseClient, ooid: string): Promise<boolean> {
  const row = await client.getRowWithColumns("crash_reports", reportKey(ooid), [
    "meta_data:json",
    "ids:hang",
    "timestamps",
    "processed_data:signature",
  ]);
  if (!row) return false;
  const textOf = (column: string) => row.columns.get(column)?.toString();
  const [timestamp, hangId] = [textOf("timestamps:submitted"), textOf("ids:hang")];
  const signature = textOf("processed_data:signature");
  if (timestamp !== undefined) {
    const key = timestampedKey(ooid, timestamp);
    await client.deleteAllRow("crash_reports_index_submitted_time", key);
    await client.deleteAllRow("crash_reports_index_legacy_submitted_time", key);
    await deleteFromQueue(client, "all", key);
    await deleteFromQueue(client, "legacy", key);
  }
  if (timestamp !== undefined && hangId !== undefined) {
    const type = processType(parsedObject(textOf("meta_data:json") ?? "") ?? {});
    for (const { table, key, column } of hangEntries({ hangId, processType: type, timestamp })) {
      const entry = await client.getRowWithColumns(table, key, [column]);
      if (entry?.columns.get(column)?.toString() === ooid) await client.deleteColumns(table, entry, [column]);
    }
  }
  if (signature !== undefined)
    await client.deleteAllRow("crash_reports_index_signature_ooid", signature + ooid);
  await client.deleteAllRow("crash_reports", reportKey(ooid));
  return true;
}
