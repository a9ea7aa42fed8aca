import { BadArgument } from "#lib/core/errors";
import type { JsonObject } from "#lib/core/json";
import { dumpsMutation, type DumpColumns } from "./dump-columns";
import type { HBaseClient, Mutation } from "./hbase-client";
import { countQueued } from "./processing-queue";
import { reportKey, timestampedKey } from "./row-keys";

/** A crash that arrived. */
export interface Submission {
  readonly ooid: string;
  /** The raw crash; `submitted_timestamp`, `legacy_processing`, `ProcessType` and `HangID` are used. */
  readonly json: JsonObject;
  /** Dumps that are saved with the raw crash. */
  readonly cells: readonly Mutation[];
  /** All dumps; those that are not among `cells` are in the row already. */
  readonly dumps: DumpColumns;
  readonly addToUnprocessedQueue: boolean;
}

/**
 * Saves a crash, its index entries and counts. The row comes last since it makes the crash visible, all of it at once:
 * what is left of a save that failed is entries of no crash, which readers pass over, and counts that are too high.
 */
export async function putSubmission(client: HBaseClient, submission: Submission): Promise<void> {
  const { ooid, json, cells, dumps, addToUnprocessedQueue } = submission;
  const timestamp = json.submitted_timestamp;
  if (typeof timestamp !== "string")
    throw new BadArgument(`The raw crash ${ooid} has no submitted_timestamp in text.`);
  const legacyProcessing = Number(json.legacy_processing ?? 0) || 0;
  const isLegacy = legacyProcessing === 0;
  const hangId = keyText(json.HangID);
  const type = processType(json);

  await putCrashReportIndices(client, ooid, timestamp, [
    "crash_reports_index_submitted_time",
    ...(isLegacy ? ["crash_reports_index_legacy_submitted_time"] : []),
    ...(addToUnprocessedQueue ? ["crash_reports_index_unprocessed_flag"] : []),
    ...(addToUnprocessedQueue && isLegacy ? ["crash_reports_index_legacy_unprocessed_flag"] : []),
  ]);
  if (hangId !== null)
    await putCrashReportHangIndices(client, { ooid, hangId, processType: type, timestamp });
  await updateMetricsCountersForSubmit(client, {
    submittedTimestamp: timestamp,
    legacyProcessing,
    processType: type,
    isHang: hangId !== null,
    addToUnprocessedQueue,
  });
  await client.mutateRow("crash_reports", reportKey(ooid), [
    ["flags:processed", "N"],
    ["flags:legacy_processing", isLegacy ? "Y" : "N"],
    ["meta_data:json", JSON.stringify(json)],
    ["timestamps:submitted", timestamp],
    ["ids:ooid", ooid],
    ...(hangId === null ? [] : [["ids:hang", hangId] as const]),
    dumpsMutation(dumps),
    ...cells,
  ]);
}

/** Clients send anything; HBase takes no empty and no endless keys. */
const LONGEST_KEY_TEXT = 200;

/** Text that a client sent, when it can be part of a key. */
function keyText(value: unknown): string | null {
  return typeof value === "string" && value !== "" && value.length <= LONGEST_KEY_TEXT ? value : null;
}

/** The type of the process that crashed; `default` for the program itself. */
export function processType(json: JsonObject): string {
  return keyText(json.ProcessType) ?? "default";
}

/** Adds a crash to index tables under its time of submission. */
export async function putCrashReportIndices(
  client: HBaseClient,
  ooid: string,
  timestamp: string,
  indices: readonly string[],
): Promise<void> {
  for (const index of indices)
    await client.mutateRow(index, timestampedKey(ooid, timestamp), [["ids:ooid", ooid]]);
}

/** A crash that is half of a hang: the other process of the pair has the same hang id. */
export interface Hang {
  readonly ooid: string;
  readonly hangId: string;
  readonly processType: string;
  readonly timestamp: string;
}

/** The rows of the pair in both indices, and the column of this half. */
export function hangEntries({ hangId, processType, timestamp }: Omit<Hang, "ooid">) {
  const column = `ids:ooid:${processType}`;
  return [
    {
      table: "crash_reports_index_hang_id_submitted_time",
      key: timestampedKey(hangId, timestamp),
      column,
    },
    { table: "crash_reports_index_hang_id", key: hangId, column },
  ] as const;
}

/** Adds a crash to the indices that the other half of a hang is found with. */
export async function putCrashReportHangIndices(client: HBaseClient, hang: Hang): Promise<void> {
  for (const { table, key, column } of hangEntries(hang))
    await client.mutateRow(table, key, [[column, hang.ooid]]);
}

/** What is counted about a crash that arrived. */
export interface SubmitMetrics {
  /** ISO 8601 */
  readonly submittedTimestamp: string;
  /** The throttle's result: 0 accept, 1 defer, 2 discard. */
  readonly legacyProcessing: number;
  readonly processType: string;
  readonly isHang: boolean;
  readonly addToUnprocessedQueue: boolean;
}

/** Lengths of a time in ISO 8601 up to the minute, hour, day, month and year. */
const TIME_LEVELS = [16, 13, 10, 7, 4];

/** Counts a crash in the rows of its minute, hour, day, month and year, and in the sizes of the queues. */
export async function updateMetricsCountersForSubmit(
  client: HBaseClient,
  metrics: SubmitMetrics,
): Promise<void> {
  const { submittedTimestamp, legacyProcessing, processType, isHang, addToUnprocessedQueue } = metrics;
  const counters = [
    "submitted_crash_reports",
    `submitted_crash_reports_legacy_throttle_${legacyProcessing}`,
    ...(processType === "default"
      ? []
      : [isHang ? "submitted_crash_report_hang_pairs" : `submitted_oop_${processType}_crash_reports`]),
  ];
  if (addToUnprocessedQueue) await countQueued(client, "all");
  if (addToUnprocessedQueue && legacyProcessing === 0) await countQueued(client, "legacy");
  await Promise.all(
    TIME_LEVELS.flatMap((length) =>
      counters.map((counter) =>
        client.atomicIncrement("metrics", submittedTimestamp.slice(0, length), `counters:${counter}`, 1),
      ),
    ),
  );
}
