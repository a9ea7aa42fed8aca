import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { collect } from "#lib/crashstorage/conformance";
import { startHBaseThriftServer, type HBaseThriftServer } from "#test/services/hbase-thrift-server";
import { hbaseClient, type HBaseClient } from "./hbase-client";
import { SALTS } from "./row-keys";
import { limitedIteration } from "./salted-scan";
import { socorroClient, type SocorroClient } from "./socorro-client";
import { createTables } from "./socorro-tables";

const ooid = "0bba929f-8721-460c-dead-a43c20071025";
const unknown = "1bba929f-8721-460c-dead-a43c20071025";
const submitted_timestamp = "2007-10-25T01:02:03";
const timeKey = `0${submitted_timestamp}${ooid}`;
const raw = { submitted_timestamp, Version: "1" };

let server: HBaseThriftServer;
let client: HBaseClient;
let socorro: SocorroClient;
beforeEach(async () => {
  server = await startHBaseThriftServer();
  client = hbaseClient({
    host: "127.0.0.1",
    port: server.port,
    transport: "buffered",
    timeoutSeconds: 2,
    retryDelaySeconds: 0.02,
  });
  await createTables(client);
  socorro = socorroClient(client);
});
afterEach(async () => {
  client.close();
  await server.remove();
});

const row = async (table: string, key: string) =>
  Object.fromEntries(
    [...((await client.getRow(table, key))?.columns ?? [])].map(([column, value]) => [
      column,
      value.toString(),
    ]),
  );
const counters = async (key: string) =>
  Object.fromEntries(
    [...((await client.getRow("metrics", key))?.columns ?? [])].map(([column, value]) => [
      column.replace("counters:", ""),
      Number(value.readBigInt64BE()),
    ]),
  );
const keysOf = async (table: string) =>
  (await collect(client.scan({ table, prefix: "", columns: ["ids"] }))).map(({ key }) => key.toString());

describe("putJsonDump", () => {
  it("sets the columns of the crash's row: salt, date and id", async () => {
    await socorro.putJsonDump(ooid, raw, Buffer.from("MDMP"));
    expect(await row("crash_reports", `0071025${ooid}`)).toEqual({
      "flags:processed": "N",
      "flags:legacy_processing": "Y",
      "ids:ooid": ooid,
      "meta_data:json": JSON.stringify(raw),
      "meta_data:dumps": '{"upload_file_minidump":["raw_data:dump"]}',
      "raw_data:dump": "MDMP",
      "timestamps:submitted": submitted_timestamp,
    });
  });

  it.each([
    [0, true, ["submitted_time", "legacy_submitted_time", "unprocessed_flag", "legacy_unprocessed_flag"]],
    [0, false, ["submitted_time", "legacy_submitted_time"]],
    [1, true, ["submitted_time", "unprocessed_flag"]],
    [1, false, ["submitted_time"]],
  ])("with the throttle's result %i and queue %s adds to the indices %j", async (result, add, expected) => {
    await socorro.putJsonDump(ooid, { ...raw, legacy_processing: result }, Buffer.of(1), add);
    const indices = (await client.getTableNames()).filter((table) => table.includes("_index_"));
    const found = [];
    for (const table of indices) {
      if ((await keysOf(table)).length === 0) continue;
      expect(await row(table, timeKey)).toEqual({ "ids:ooid": ooid });
      found.push(table.replace("crash_reports_index_", ""));
    }
    expect(found.sort()).toEqual([...expected].sort());
  });

  it("lets the halves of a hang be found by each other", async () => {
    await socorro.putJsonDump(ooid, { ...raw, HangID: "hang", ProcessType: "browser" }, Buffer.of(1));
    await socorro.putJsonDump(unknown, { ...raw, HangID: "hang", ProcessType: "plugin" }, Buffer.of(1));
    const pair = { "ids:ooid:browser": ooid, "ids:ooid:plugin": unknown };
    expect(await row("crash_reports_index_hang_id", "hang")).toEqual(pair);
    expect(await row("crash_reports_index_hang_id_submitted_time", `h${submitted_timestamp}hang`)).toEqual(
      pair,
    );
    expect(await row("crash_reports", `0071025${ooid}`)).toMatchObject({ "ids:hang": "hang" });
    expect(await counters("2007")).toMatchObject({ submitted_crash_report_hang_pairs: 2 });
  });

  it.each(["", "x".repeat(40_000), 7])("is not stopped by a hang id that can be no key", async (HangID) => {
    await socorro.putJsonDump(ooid, { ...raw, HangID, ProcessType: HangID }, Buffer.of(1));
    expect(await keysOf("crash_reports_index_hang_id")).toEqual([]);
  });

  it("wants a time of submission", async () => {
    await expect(socorro.putJsonDump(ooid, {}, Buffer.of(1))).rejects.toMatchObject({ code: "bad_argument" });
  });

  it("does the same from files", async () => {
    const directory = await mkdtemp(join(tmpdir(), "hbase-files-"));
    const [json, dump] = [join(directory, "json"), join(directory, "dump")];
    await writeFile(json, JSON.stringify(raw));
    await writeFile(dump, Buffer.of(0, 255));
    await socorro.putJsonDumpFromFiles(ooid, json, dump);
    expect(await socorro.getJsonMeta(ooid)).toEqual(raw);
    expect(await socorro.getDump(ooid)).toEqual(Buffer.of(0, 255));
    await expect(socorro.putJsonDumpFromFiles(ooid, dump, dump)).rejects.toMatchObject({
      code: "bad_argument",
    });
    await rm(directory, { recursive: true });
  });
});

describe("putProcessedJson", () => {
  it("sets the processed columns, indexes the signature, and takes the crash out of the queue", async () => {
    await socorro.putJsonDump(ooid, raw, Buffer.of(1));
    expect(await counters("crash_report_queue")).toMatchObject({ current_unprocessed_size: 1 });
    const processed = { signature: "a::b", completed_datetime: "2007-10-25T02:00:00" };
    await socorro.putProcessedJson(ooid, processed);
    expect(await row("crash_reports", `0071025${ooid}`)).toMatchObject({
      "flags:processed": "Y",
      "processed_data:json": JSON.stringify(processed),
      "processed_data:signature": "a::b",
      "timestamps:processed": "2007-10-25T02:00:00",
    });
    expect(await keysOf("crash_reports_index_unprocessed_flag")).toEqual([]);
    expect(await keysOf("crash_reports_index_signature_ooid")).toEqual([`a::b${ooid}`]);
    await socorro.putProcessedJson(ooid, { ...processed, signature: "c" });
    expect(await keysOf("crash_reports_index_signature_ooid")).toEqual([`c${ooid}`]);
    expect(await counters("crash_report_queue")).toMatchObject({ current_unprocessed_size: 0 });
  });

  it.each([
    [{ signature: "" }, "##empty##"],
    [{ signature: null }, "##null##"],
    [{}, "##null##"],
  ])("indexes %j as %s", async (processed, signature) => {
    await socorro.putProcessedJson(ooid, processed);
    expect(await keysOf("crash_reports_index_signature_ooid")).toEqual([signature + ooid]);
  });
});

describe("what is stored", () => {
  it("is given back as it is, and as objects", async () => {
    await socorro.putJsonDump(ooid, raw, Buffer.from("MDMP"));
    await socorro.putProcessedJson(ooid, { signature: "é" });
    expect(await socorro.getJsonMetaAsString(ooid)).toBe(JSON.stringify(raw));
    expect(await socorro.getJsonMeta(ooid)).toEqual(raw);
    expect((await socorro.getDump(ooid)).toString()).toBe("MDMP");
    expect(await socorro.getProcessedJsonAsString(ooid)).toBe('{"signature":"é"}');
    expect(await socorro.getProcessedJson(ooid)).toEqual({ signature: "é" });
    expect(await socorro.getRawReport(ooid)).toEqual({
      ooid,
      meta_json: JSON.stringify(raw),
      dump: Buffer.from("MDMP"),
    });
    expect(await socorro.getReportProcessingState(ooid)).toEqual(["Y", "Y", submitted_timestamp]);
  });

  it("is empty for an unknown crash", async () => {
    expect(await socorro.getJsonMetaAsString(unknown)).toBe("");
    expect(await socorro.getJsonMeta(unknown)).toBe("");
    expect(await socorro.getDump(unknown)).toEqual(Buffer.alloc(0));
    expect(await socorro.getProcessedJsonAsString(unknown)).toBe("");
    expect(await socorro.getProcessedJson(unknown)).toBe("");
    expect(await socorro.getRawReport(unknown)).toEqual([]);
    expect(await socorro.getReportProcessingState(unknown)).toEqual([]);
  });
});

describe("scans over all salts", () => {
  const rest = fc.string({ maxLength: 3, unit: "binary" }).map((text) => text.toWellFormed());

  it("give every row with the prefix once; merged ones in the order of their keys without the salt", async () => {
    await client.createTable("scanned", ["f"]);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.constantFrom(...SALTS), rest), { maxLength: 30 }),
        fc.constantFrom("", "a", "é"),
        async (pairs, prefix) => {
          const keys = [
            ...new Set([...pairs.map(([salt, text]) => salt + prefix + text), `g${prefix}`, "0b"]),
          ];
          await Promise.all(keys.map((key) => client.mutateRow("scanned", key, [["f:x", "1"]])));
          const expected = keys
            .filter((key) => SALTS.includes(key.slice(0, 1)) && key.startsWith(prefix, 1))
            .map((key) => Buffer.from(key))
            .sort((one, other) => Buffer.compare(one, other));
          const union = await collect(socorro.unionScanWithPrefix("scanned", prefix, ["f"]));
          expect(union.map(({ key }) => key)).toEqual(expected);
          const merged = await collect(socorro.mergeScanWithPrefix("scanned", prefix, ["f"]));
          expect(merged.map(({ key }) => key)).toEqual(
            union
              .map(({ key }) => key)
              .sort(
                (one, other) =>
                  Buffer.compare(one.subarray(1), other.subarray(1)) || Buffer.compare(one, other),
              ),
          );
          await Promise.all(keys.map((key) => client.deleteAllRow("scanned", key)));
        },
      ),
      { numRuns: 15 },
    );
  });

  it("stop at the limit without asking for more", async () => {
    let asked = 0;
    const endless = async function* () {
      await Promise.resolve();
      for (;;) yield (asked += 1);
    };
    expect(await collect(limitedIteration(endless(), 3))).toEqual([1, 2, 3]);
    expect(asked).toBe(3);
    expect(await collect(limitedIteration(endless(), 0))).toEqual([]);
  });
});

describe("the legacy queue", () => {
  it("gives each crash once, and is empty and counted down afterwards", async () => {
    await socorro.putJsonDump(unknown, { submitted_timestamp: "2007-10-25T00:00:00" }, Buffer.of(1));
    await socorro.putJsonDump(ooid, raw, Buffer.of(1));
    expect(await collect(socorro.iteratorForAllLegacyToBeProcessed())).toEqual([unknown, ooid]);
    expect(await keysOf("crash_reports_index_legacy_unprocessed_flag")).toEqual([]);
    expect(await counters("crash_report_queue")).toEqual({
      current_legacy_unprocessed_size: 0,
      current_unprocessed_size: 2,
    });
  });

  it("loses a crash that is acknowledged as a priority job, and says whether it was there", async () => {
    await socorro.putJsonDump(ooid, raw, Buffer.of(1));
    expect(await socorro.acknowledgeOoidAsLegacyPriorityJob(ooid)).toBe(true);
    expect(await socorro.acknowledgeOoidAsLegacyPriorityJob(ooid)).toBe(false);
    expect(await socorro.acknowledgeOoidAsLegacyPriorityJob(unknown)).toBe(false);
    expect(await collect(socorro.iteratorForAllLegacyToBeProcessed())).toEqual([]);
  });

  it("counts an entry off once however often it is deleted", async () => {
    await socorro.putJsonDump(ooid, raw, Buffer.of(1));
    expect(await socorro.deleteFromLegacyProcessingIndex(timeKey)).toBe(true);
    expect(await socorro.deleteFromLegacyProcessingIndex(timeKey)).toBe(false);
    expect(await counters("crash_report_queue")).toMatchObject({ current_legacy_unprocessed_size: 0 });
  });
});

it("crashes are counted in the rows of their minute, hour, day, month and year", async () => {
  const metrics = { submittedTimestamp: submitted_timestamp, isHang: false, addToUnprocessedQueue: true };
  await socorro.updateMetricsCountersForSubmit({ ...metrics, legacyProcessing: 0, processType: "default" });
  await socorro.updateMetricsCountersForSubmit({ ...metrics, legacyProcessing: 1, processType: "content" });
  for (const time of ["2007-10-25T01:02", "2007-10-25T01", "2007-10-25", "2007-10", "2007"])
    expect(await counters(time)).toEqual({
      submitted_crash_reports: 2,
      submitted_crash_reports_legacy_throttle_0: 1,
      submitted_crash_reports_legacy_throttle_1: 1,
      submitted_oop_content_crash_reports: 1,
    });
  expect(await counters("crash_report_queue")).toEqual({
    current_legacy_unprocessed_size: 1,
    current_unprocessed_size: 2,
  });
});

it("index entries can be added by hand", async () => {
  await socorro.putCrashReportIndices(ooid, submitted_timestamp, ["crash_reports_index_submitted_time"]);
  await socorro.putCrashReportHangIndices(ooid, "hang", "plugin", submitted_timestamp);
  expect(await keysOf("crash_reports_index_submitted_time")).toEqual([timeKey]);
  expect(await row("crash_reports_index_hang_id", "hang")).toEqual({ "ids:ooid:plugin": ooid });
});
