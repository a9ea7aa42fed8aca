import { readFile } from "node:fs/promises";
import { MAIN_DUMP } from "#lib/core/crash";
import { BadArgument, StorageCorrupt } from "#lib/core/errors";
import type { JsonObject } from "#lib/core/json";
import { DUMPS_COLUMN, dumpBytes, dumpColumn, listedDumps } from "./dump-columns";
import type { HBaseClient } from "./hbase-client";
import { parsedObject } from "./parsed-object";
import { deleteFromQueue } from "./processing-queue";
import { reportKey, timestampedKey } from "./row-keys";
import { putSubmission } from "./submission";

// The rows of crashes; what each call promises is in socorro-client.ts.

/** A raw crash with its main dump. */
export interface RawReport {
  readonly ooid: string;
  readonly meta_json: string;
  readonly dump: Buffer;
}

export async function putJsonDump(
  client: HBaseClient,
  ooid: string,
  { json, dump }: { readonly json: JsonObject; readonly dump: Buffer },
  addToUnprocessedQueue = true,
): Promise<void> {
  const column = dumpColumn(MAIN_DUMP);
  await putSubmission(client, {
    ooid,
    json,
    cells: [[column, dump]],
    dumps: new Map([[MAIN_DUMP, [column]]]),
    addToUnprocessedQueue,
  });
}

export async function putJsonDumpFromFiles(
  client: HBaseClient,
  ooid: string,
  paths: { readonly json: string; readonly dump: string },
  addToUnprocessedQueue = true,
): Promise<void> {
  const json = parsedObject(await readFile(paths.json, "utf8"));
  if (!json) throw new BadArgument(`The file ${paths.json} is no JSON object.`);
  await putJsonDump(client, ooid, { json, dump: await readFile(paths.dump) }, addToUnprocessedQueue);
}

export async function putProcessedJson(client: HBaseClient, ooid: string, json: JsonObject): Promise<void> {
  const [processed, , submitted] = await getReportProcessingState(client, ooid);
  const before = await client.get("crash_reports", reportKey(ooid), "processed_data:signature");
  const signature = signatureKey(json);
  if (before !== null && before.toString() !== signature)
    await client.deleteAllRow("crash_reports_index_signature_ooid", `${before.toString()}${ooid}`);
  await client.mutateRow("crash_reports_index_signature_ooid", signature + ooid, [["ids:ooid", ooid]]);
  if (processed === "N" && submitted !== undefined)
    await deleteFromQueue(client, "all", timestampedKey(ooid, submitted));
  const completed = json.completed_datetime ?? json.completeddatetime ?? json.date_processed;
  await client.mutateRow("crash_reports", reportKey(ooid), [
    ["timestamps:processed", typeof completed === "string" ? completed : ""],
    ["processed_data:signature", signature],
    ["processed_data:json", JSON.stringify(json)],
    ["flags:processed", "Y"],
  ]);
}

/** Row keys of HBase end at 32,767 bytes; signatures that are made here end long before. */
const LONGEST_SIGNATURE_KEY = 4_000;

function signatureKey({ signature }: JsonObject): string {
  if (typeof signature !== "string") return "##null##";
  return signature === "" ? "##empty##" : signature.slice(0, LONGEST_SIGNATURE_KEY).toWellFormed();
}

export async function getJsonMetaAsString(client: HBaseClient, ooid: string): Promise<string> {
  return (await client.get("crash_reports", reportKey(ooid), "meta_data:json"))?.toString() ?? "";
}

export async function getJsonMeta(client: HBaseClient, ooid: string): Promise<JsonObject | ""> {
  const stored = await getJsonMetaAsString(client, ooid);
  return stored === "" ? "" : parseStored(stored, `The raw crash ${ooid}`);
}

export async function getDump(client: HBaseClient, ooid: string): Promise<Buffer> {
  const report = await getRawReport(client, ooid);
  return "dump" in report ? report.dump : Buffer.alloc(0);
}

export async function getProcessedJsonAsString(client: HBaseClient, ooid: string): Promise<string> {
  return (await client.get("crash_reports", reportKey(ooid), "processed_data:json"))?.toString() ?? "";
}

export async function getProcessedJson(client: HBaseClient, ooid: string): Promise<JsonObject | ""> {
  const stored = await getProcessedJsonAsString(client, ooid);
  return stored === "" ? "" : parseStored(stored, `The processed crash ${ooid}`);
}

export async function getRawReport(client: HBaseClient, ooid: string): Promise<RawReport | readonly []> {
  const column = dumpColumn(MAIN_DUMP);
  const row = await client.getRowWithColumns("crash_reports", reportKey(ooid), [
    "meta_data:json",
    DUMPS_COLUMN,
    column,
  ]);
  const meta_json = row?.columns.get("meta_data:json")?.toString();
  if (!row || meta_json === undefined) return [];
  const listed = listedDumps(ooid, row);
  const columns = listed ? (listed.get(MAIN_DUMP) ?? []) : [column];
  const whole = columns[0] === column ? (row.columns.get(column) ?? Buffer.alloc(0)) : null;
  return { ooid, meta_json, dump: whole ?? (await concatenated(dumpBytes(client, ooid, columns))) };
}

async function concatenated(parts: AsyncIterable<Buffer>): Promise<Buffer> {
  const all: Buffer[] = [];
  for await (const part of parts) all.push(part);
  return Buffer.concat(all);
}

/** Whether it is processed (Y or N), whether the throttle chose it for processing (Y or N), and when it was submitted. */
export type ProcessingState = readonly [processed: string, legacyProcessing: string, submitted: string];

export async function getReportProcessingState(
  client: HBaseClient,
  ooid: string,
): Promise<ProcessingState | readonly []> {
  const columns = ["flags:processed", "flags:legacy_processing", "timestamps:submitted"];
  const row = await client.getRowWithColumns("crash_reports", reportKey(ooid), columns);
  const [processed = "N", legacy = "N", submitted] = columns.map((column) =>
    row?.columns.get(column)?.toString(),
  );
  return submitted === undefined ? [] : [processed, legacy, submitted];
}

function parseStored(content: string, what: string): JsonObject {
  const json = parsedObject(content);
  if (!json) throw new StorageCorrupt(`${what} is stored as something that is no JSON object.`);
  return json;
}
