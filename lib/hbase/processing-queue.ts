import type { HBaseClient, RowKey } from "./hbase-client";
import { reportKey, timestampedKey } from "./row-keys";
import { limitedIteration, mergeScanWithPrefix } from "./salted-scan";

/** Crashes that nobody processed, by time; `legacy` holds those of them that the throttle chose for processing. */
const QUEUES = {
  all: { table: "crash_reports_index_unprocessed_flag", size: "counters:current_unprocessed_size" },
  legacy: {
    table: "crash_reports_index_legacy_unprocessed_flag",
    size: "counters:current_legacy_unprocessed_size",
  },
} as const;

type QueueName = keyof typeof QUEUES;

/** Both queues count their entries here. */
const QUEUE_SIZE_ROW = "crash_report_queue";

/** A crash was put into a queue. */
export async function countQueued(client: HBaseClient, queue: QueueName): Promise<void> {
  await client.atomicIncrement("metrics", QUEUE_SIZE_ROW, QUEUES[queue].size, 1);
}

/** Takes an entry out of a queue and counts it off; false when it was not there, so that nothing is counted off twice. */
export async function deleteFromQueue(client: HBaseClient, queue: QueueName, key: RowKey): Promise<boolean> {
  const { table, size } = QUEUES[queue];
  if (!(await client.getRowWithColumns(table, key, ["ids:ooid"]))) return false;
  await client.deleteAllRow(table, key);
  await client.atomicIncrement("metrics", QUEUE_SIZE_ROW, size, -1);
  return true;
}

export function deleteFromLegacyProcessingIndex(client: HBaseClient, key: RowKey): Promise<boolean> {
  return deleteFromQueue(client, "legacy", key);
}

/** Entries whose crash is not there yet are left for the next time. */
export async function* iteratorForAllLegacyToBeProcessed(client: HBaseClient): AsyncGenerator<string, void> {
  const entries = { table: QUEUES.legacy.table, prefix: "", columns: ["ids:ooid"] };
  for await (const { key, columns } of limitedIteration(mergeScanWithPrefix(client, entries))) {
    const ooid = columns.get("ids:ooid")?.toString();
    if (ooid === undefined || (await submittedTime(client, ooid)) === null) continue;
    yield ooid;
    await deleteFromLegacyProcessingIndex(client, key);
  }
}

/** Null when there is no such raw crash. */
async function submittedTime(client: HBaseClient, ooid: string): Promise<string | null> {
  return (await client.get("crash_reports", reportKey(ooid), "timestamps:submitted"))?.toString() ?? null;
}

export async function acknowledgeOoidAsLegacyPriorityJob(
  client: HBaseClient,
  ooid: string,
): Promise<boolean> {
  const submitted = await submittedTime(client, ooid);
  return submitted !== null && deleteFromLegacyProcessingIndex(client, timestampedKey(ooid, submitted));
}
