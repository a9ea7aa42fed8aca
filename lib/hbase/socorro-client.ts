import type { JsonObject } from "#lib/core/json";
import * as reports from "./crash-reports";
import type { HBaseClient, Row, RowKey } from "./hbase-client";
import {
  acknowledgeOoidAsLegacyPriorityJob,
  deleteFromLegacyProcessingIndex,
  iteratorForAllLegacyToBeProcessed,
} from "./processing-queue";
import { limitedIteration, mergeScanWithPrefix, unionScanWithPrefix } from "./salted-scan";
import * as submission from "./submission";

/**
 * Every call that Socorro's middleware, monitor and processors made to HBase, on top of the generic client. `ooid` is
 * their word for a crash id. The calls that give what is stored answer an unknown crash with empty text, no bytes or an
 * empty array; errors are those of HBaseClient, and StorageCorrupt for stored JSON that is none.
 */
export interface SocorroClient {
  /**
   * Saves a raw crash and its main dump, adds it to the indices and counts it. The raw crash needs `submitted_timestamp`
   * (else BadArgument). The dump is one value of HBase, which takes 10 MB unless told otherwise.
   */
  putJsonDump(ooid: string, json: JsonObject, dump: Buffer, addToUnprocessedQueue?: boolean): Promise<void>;
  /** The same from two files. Throws BadArgument when the first is not a JSON object. */
  putJsonDumpFromFiles(
    ooid: string,
    jsonPath: string,
    dumpPath: string,
    addToUnprocessedQueue?: boolean,
  ): Promise<void>;
  /** Saves a processed crash, indexes it by its signature, and takes it out of the unprocessed queue. */
  putProcessedJson(ooid: string, json: JsonObject): Promise<void>;
  getJsonMeta(ooid: string): Promise<JsonObject | "">;
  getJsonMetaAsString(ooid: string): Promise<string>;
  /** The main dump. */
  getDump(ooid: string): Promise<Buffer>;
  getProcessedJson(ooid: string): Promise<JsonObject | "">;
  getProcessedJsonAsString(ooid: string): Promise<string>;
  /** The raw crash and its main dump in one call. */
  getRawReport(ooid: string): Promise<reports.RawReport | readonly []>;
  getReportProcessingState(ooid: string): Promise<reports.ProcessingState | readonly []>;
  /** Rows whose key begins with a salt and then the prefix: all of one salt, then all of the next. */
  unionScanWithPrefix(table: string, prefix: string, columns: readonly string[]): AsyncGenerator<Row, void>;
  /** The same rows in the order of their keys without the salt, from sixteen scans at once. */
  mergeScanWithPrefix(table: string, prefix: string, columns: readonly string[]): AsyncGenerator<Row, void>;
  /** The first of some items, a million unless told otherwise; nothing more is asked of them after the last. */
  limitedIteration<T>(items: AsyncIterable<T>, limit?: number): AsyncGenerator<T, void>;
  /**
   * The crashes of the legacy queue, oldest first, up to a million. An entry is deleted when the next one is asked for,
   * so a crash whose taker was killed comes again.
   */
  iteratorForAllLegacyToBeProcessed(): AsyncGenerator<string, void>;
  /** Takes a crash that is processed out of turn from the legacy queue; false when it is not in there. */
  acknowledgeOoidAsLegacyPriorityJob(ooid: string): Promise<boolean>;
  /** Deletes an entry of the legacy queue and counts it off; false when it is not there. */
  deleteFromLegacyProcessingIndex(indexRowKey: RowKey): Promise<boolean>;
  /** Adds a crash to index tables under a time. */
  putCrashReportIndices(ooid: string, timestamp: string, indices: readonly string[]): Promise<void>;
  /** Adds half of a hang to the indices that the other half is found with. */
  putCrashReportHangIndices(
    ooid: string,
    hangId: string,
    processType: string,
    timestamp: string,
  ): Promise<void>;
  /** Counts a crash in the rows of its minute, hour, day, month and year, and in the sizes of the queues. */
  updateMetricsCountersForSubmit(metrics: submission.SubmitMetrics): Promise<void>;
}

export function socorroClient(client: HBaseClient): SocorroClient {
  return {
    putJsonDump: (ooid, json, dump, add) => reports.putJsonDump(client, ooid, { json, dump }, add),
    putJsonDumpFromFiles: (ooid, json, dump, add) =>
      reports.putJsonDumpFromFiles(client, ooid, { json, dump }, add),
    putProcessedJson: (ooid, json) => reports.putProcessedJson(client, ooid, json),
    getJsonMeta: (ooid) => reports.getJsonMeta(client, ooid),
    getJsonMetaAsString: (ooid) => reports.getJsonMetaAsString(client, ooid),
    getDump: (ooid) => reports.getDump(client, ooid),
    getProcessedJson: (ooid) => reports.getProcessedJson(client, ooid),
    getProcessedJsonAsString: (ooid) => reports.getProcessedJsonAsString(client, ooid),
    getRawReport: (ooid) => reports.getRawReport(client, ooid),
    getReportProcessingState: (ooid) => reports.getReportProcessingState(client, ooid),
    unionScanWithPrefix: (table, prefix, columns) => unionScanWithPrefix(client, { table, prefix, columns }),
    mergeScanWithPrefix: (table, prefix, columns) => mergeScanWithPrefix(client, { table, prefix, columns }),
    limitedIteration,
    iteratorForAllLegacyToBeProcessed: () => iteratorForAllLegacyToBeProcessed(client),
    acknowledgeOoidAsLegacyPriorityJob: (ooid) => acknowledgeOoidAsLegacyPriorityJob(client, ooid),
    deleteFromLegacyProcessingIndex: (key) => deleteFromLegacyProcessingIndex(client, key),
    putCrashReportIndices: (ooid, timestamp, indices) =>
      submission.putCrashReportIndices(client, ooid, timestamp, indices),
    putCrashReportHangIndices: (ooid, hangId, processType, timestamp) =>
      submission.putCrashReportHangIndices(client, { ooid, hangId, processType, timestamp }),
    updateMetricsCountersForSubmit: (metrics) => submission.updateMetricsCountersForSubmit(client, metrics),
  };
}
