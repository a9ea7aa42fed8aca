import { isUtf8 } from "node:buffer";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { InvalidArgumentError, Option } from "commander";
import { isCrashIdShape } from "#lib/core/crash-id";
import { BadArgument } from "#lib/core/errors";
import type { JsonObject } from "#lib/core/json";
import type { HBaseClient, Row } from "#lib/hbase/hbase-client";
import { parsedObject } from "#lib/hbase/parsed-object";
import type { SocorroClient } from "#lib/hbase/socorro-client";
import { createTables } from "#lib/hbase/socorro-tables";

/** What a call is carried out with. */
export interface Asked {
  readonly client: HBaseClient;
  readonly socorro: SocorroClient;
  /** In the order of the usage; HBase refuses what is left empty. */
  readonly args: readonly string[];
  readonly options: CallOptions;
}

interface CallOptions {
  readonly limit?: number;
  readonly queue?: boolean;
  readonly legacyProcessing?: number;
  readonly processType?: string;
  readonly hang?: boolean;
}

/** A subcommand of `crash-stats hbase`. */
export interface Call {
  readonly usage: string;
  readonly does: string;
  readonly options?: readonly Option[];
  /** False when there was nothing to be found. */
  run(asked: Asked): Promise<boolean>;
}

const NO_QUEUE = new Option("--no-queue", "do not add it to the unprocessed queue");
const LIMIT = new Option("--limit <number>", "of what is printed").argParser(wholeNumber).default(1_000_000);

/** Those that print what is stored. */
const READS: readonly Call[] = [
  {
    usage: "get-json-meta <id>",
    does: "print a raw crash",
    run: async ({ socorro, args }) => printFound(await socorro.getJsonMeta(crashId(args))),
  },
  {
    usage: "get-json-meta-as-string <id>",
    does: "print a raw crash as it is stored",
    run: async ({ socorro, args }) => writeFound(await socorro.getJsonMetaAsString(crashId(args))),
  },
  {
    usage: "get-dump <id>",
    does: "write the bytes of a crash's main dump",
    run: async ({ socorro, args }) => writeFound(await socorro.getDump(crashId(args))),
  },
  {
    usage: "get-processed-json <id>",
    does: "print a processed crash, protected parts included",
    run: async ({ socorro, args }) => printFound(await socorro.getProcessedJson(crashId(args))),
  },
  {
    usage: "get-processed-json-as-string <id>",
    does: "print a processed crash as it is stored",
    run: async ({ socorro, args }) => writeFound(await socorro.getProcessedJsonAsString(crashId(args))),
  },
  {
    usage: "get-raw-report <id>",
    does: "print a raw crash, as it is stored, and its main dump in base64",
    async run({ socorro, args }) {
      const report = await socorro.getRawReport(crashId(args));
      return printFound("dump" in report ? { ...report, dump: report.dump.toString("base64") } : report);
    },
  },
  {
    usage: "get-report-processing-state <id>",
    does: "print whether a crash is processed, whether it is to be, and when it was submitted",
    run: async ({ socorro, args }) => printFound(await socorro.getReportProcessingState(crashId(args))),
  },
  {
    usage: "export-crash-to-files <id> <folder>",
    does: "write a crash to ID.json, ID.dump and, when it is processed, ID.processed.json",
    async run({ socorro, args }) {
      const id = crashId(args);
      const report = await socorro.getRawReport(id);
      if (!("dump" in report)) return false;
      const path = join(args[1] ?? "", id);
      await writeFile(`${path}.json`, report.meta_json);
      await writeFile(`${path}.dump`, report.dump);
      const processed = await socorro.getProcessedJsonAsString(id);
      if (processed !== "") await writeFile(`${path}.processed.json`, processed);
      return true;
    },
  },
];

const WRITES: readonly Call[] = [
  {
    usage: "put-json-dump <id> <json>",
    does: "save a raw crash; its main dump is read from the standard input",
    options: [NO_QUEUE],
    async run({ socorro, args, options }) {
      const json = jsonObject(args[1] ?? "");
      await socorro.putJsonDump(crashId(args), json, await buffer(process.stdin), options.queue);
      return true;
    },
  },
  {
    usage: "put-json-dump-from-files <id> <json-file> <dump-file>",
    does: "save a raw crash and its main dump",
    options: [NO_QUEUE],
    run: ({ socorro, args: [id = "", json = "", dump = ""], options }) =>
      done(socorro.putJsonDumpFromFiles(crashId([id]), json, dump, options.queue)),
  },
  {
    usage: "put-processed-json <id> <json-file>",
    does: "save a processed crash, and take it out of the unprocessed queue",
    run: async ({ socorro, args }) =>
      done(socorro.putProcessedJson(crashId(args), jsonObject(await readFile(args[1] ?? "", "utf8")))),
  },
  {
    usage: "put-crash-report-indices <id> <timestamp> <tables...>",
    does: "add a crash to index tables",
    run: ({ socorro, args: [id = "", timestamp = "", ...tables] }) =>
      done(socorro.putCrashReportIndices(crashId([id]), timestamp, tables)),
  },
  {
    usage: "put-crash-report-hang-indices <id> <hang-id> <process-type> <timestamp>",
    does: "add half of a hang to the indices that the other half is found with",
    run: ({ socorro, args: [id = "", hangId = "", processType = "", timestamp = ""] }) =>
      done(socorro.putCrashReportHangIndices(crashId([id]), hangId, processType, timestamp)),
  },
  {
    usage: "update-metrics-counters-for-submit <timestamp>",
    does: "count a crash in the rows of its minute, hour, day, month and year",
    options: [
      new Option("--legacy-processing <number>", "0 accepted, 1 deferred, 2 discarded")
        .argParser(wholeNumber)
        .default(0),
      new Option("--process-type <name>", "which process crashed").default("default"),
      new Option("--hang", "it is half of a hang"),
      NO_QUEUE,
    ],
    run: ({ socorro, args: [submittedTimestamp = ""], options }) =>
      done(
        socorro.updateMetricsCountersForSubmit({
          submittedTimestamp,
          legacyProcessing: options.legacyProcessing ?? 0,
          processType: options.processType ?? "default",
          isHang: options.hang ?? false,
          addToUnprocessedQueue: options.queue ?? true,
        }),
      ),
  },
];

const QUEUE: readonly Call[] = [
  {
    usage: "iterator-for-all-legacy-to-be-processed",
    does: "print the crash ids of the legacy queue, oldest first, and take each out of it",
    options: [LIMIT],
    async run({ socorro, options }) {
      let left = options.limit ?? Infinity;
      if (left === 0) return true;
      for await (const id of socorro.iteratorForAllLegacyToBeProcessed()) {
        process.stdout.write(`${id}\n`);
        left -= 1;
        if (left > 0) continue;
        await socorro.acknowledgeOoidAsLegacyPriorityJob(id);
        break;
      }
      return true;
    },
  },
  {
    usage: "acknowledge-ooid-as-legacy-priority-job <id>",
    does: "take a crash out of the legacy queue, since it is processed out of turn",
    run: ({ socorro, args }) => socorro.acknowledgeOoidAsLegacyPriorityJob(crashId(args)),
  },
  {
    usage: "delete-from-legacy-processing-index <row-key>",
    does: "delete an entry of the legacy queue",
    run: ({ socorro, args: [key = ""] }) => socorro.deleteFromLegacyProcessingIndex(key),
  },
];

const TABLES: readonly Call[] = [
  {
    usage: "union-scan-with-prefix <table> <prefix> <columns...>",
    does: "print the rows whose key begins with a salt and then a prefix, salt by salt",
    options: [LIMIT],
    run: ({ socorro, args: [table = "", prefix = "", ...columns], options }) =>
      printRows(socorro.limitedIteration(socorro.unionScanWithPrefix(table, prefix, columns), options.limit)),
  },
  {
    usage: "merge-scan-with-prefix <table> <prefix> <columns...>",
    does: "print the same rows in the order of their keys without the salt",
    options: [LIMIT],
    run: ({ socorro, args: [table = "", prefix = "", ...columns], options }) =>
      printRows(socorro.limitedIteration(socorro.mergeScanWithPrefix(table, prefix, columns), options.limit)),
  },
  {
    usage: "create-tables",
    does: "create the tables that are missing, and print their names",
    run: async ({ client }) => print(await createTables(client)),
  },
  {
    usage: "describe-table <table>",
    does: "print the column families of a table",
    run: async ({ client, args: [table = ""] }) => print(await client.describeTable(table)),
  },
  {
    usage: "get-full-row <table> <row-key>",
    does: "print all columns of a row",
    async run({ client, args: [table = "", key = ""] }) {
      const row = await client.getRow(table, key);
      return row !== null && print(printable(row));
    },
  },
];

export const HBASE_CALLS: readonly Call[] = [...READS, ...WRITES, ...QUEUE, ...TABLES];

function crashId([id = ""]: readonly string[]): string {
  if (isCrashIdShape(id)) return id;
  throw new BadArgument(`"${id}" is not a crash id.`);
}

export function wholeNumber(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("It is not a whole number.");
}

function jsonObject(text: string): JsonObject {
  const value = parsedObject(text);
  if (value) return value;
  throw new BadArgument("What is to be saved is not a JSON object.");
}

async function done(work: Promise<void>): Promise<true> {
  await work;
  return true;
}

function print(value: unknown): true {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
  return true;
}

/** Empty text and empty arrays stand for an unknown crash. */
function printFound(value: object | ""): boolean {
  return value !== "" && !(Array.isArray(value) && value.length === 0) && print(value);
}

function writeFound(content: string | Buffer): boolean {
  return content.length > 0 && (process.stdout.write(content), true);
}

async function printRows(rows: AsyncIterable<Row>): Promise<true> {
  for await (const row of rows) process.stdout.write(`${JSON.stringify(printable(row))}\n`);
  return true;
}

function printable({ key, columns }: Row): object {
  return {
    _rowkey: readable("", key),
    ...Object.fromEntries([...columns].map(([name, value]) => [name, readable(name, value)])),
  };
}

/** Counters as numbers, text as it is, other bytes in base64. */
function readable(column: string, value: Buffer): string | number | { readonly base64: string } {
  if (column.startsWith("counters:") && value.length === 8) return Number(value.readBigInt64BE());
  return isUtf8(value) ? value.toString() : { base64: value.toString("base64") };
}
