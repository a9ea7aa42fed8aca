import { createWriteStream } from "node:fs";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import {
  isDumpName,
  type CrashReport,
  type DumpFile,
  type ProcessedCrash,
  type RawCrash,
} from "#lib/core/crash";
import { parseCrashId, type CrashId } from "#lib/core/crash-id";
import { BadSetting, CrashIdNotFound, hasCode, StorageUnavailable } from "#lib/core/errors";
import { refuseStrangeId } from "#lib/crashstorage/crash-ids";
import { refuseDumpNames } from "#lib/crashstorage/dump-names";
import { EVERY_PART, type CrashStorage } from "#lib/crashstorage/storage";
import { parseStored } from "#lib/crashstorage/stored-json";
import { limitedBackoffExecutor } from "#lib/transaction/executor";
import { DumpReplaced, dumpBytes, getDumpColumns } from "#lib/hbase/dump-columns";
import { hbaseClient, type HBaseClient, type HBaseOptions } from "#lib/hbase/hbase-client";
import { removeReport } from "#lib/hbase/report-removal";
import { socorroClient } from "#lib/hbase/socorro-client";
import { missingTables } from "#lib/hbase/socorro-tables";
import { putSubmission } from "#lib/hbase/submission";
import { saveDumps } from "./saved-dumps";

/** A name whose column is that of no other dump; the main dump's column is `raw_data:dump`. */
function isKeptDump(name: string): boolean {
  return isDumpName(name) && name !== "dump";
}

/**
 * HBase crash storage, in the tables that Socorro had. A crash is one row, and all of a raw crash and its list of dumps
 * is set at once. New crashes are those of the legacy queue: the ones that the throttle chose for processing. Throws
 * BadSetting when a table is missing; a server that does not answer yet is no reason not to start.
 */
export async function hbaseStorage(options: HBaseOptions): Promise<CrashStorage> {
  const client = hbaseClient(options);
  await refuseMissingTables(client);
  const socorro = socorroClient(client);
  const columnsOf = async (id: CrashId) => {
    const listed = await getDumpColumns(client, id);
    if (!listed) throw new CrashIdNotFound(id);
    return listed.columns;
  };

  return {
    name: "hbase",
    keeps: EVERY_PART,
    saveRaw: (report) => about(report.id, () => saveRaw(client, report)),
    saveProcessed: (crash) => about(crash.uuid, () => socorro.putProcessedJson(crash.uuid, crash)),
    getRaw: (id) =>
      about(id, async () => parseStored(id, found(id, await socorro.getJsonMetaAsString(id))) as RawCrash),
    getUnredactedProcessed: (id) =>
      about(
        id,
        async () => parseStored(id, found(id, await socorro.getProcessedJsonAsString(id))) as ProcessedCrash,
      ),
    getDump: (id, name) =>
      about(id, () =>
        whileReplaced(async () => {
          const columns = (await columnsOf(id)).get(name);
          if (!columns) throw new CrashIdNotFound(id);
          const parts = dumpBytes(client, id, columns);
          const first = await parts.next();
          return Readable.from(first.done ? [] : following(first.value, parts), { objectMode: false });
        }),
      ),
    getDumpsAsFiles: (id, directory) =>
      about(id, () =>
        whileReplaced(async () => {
          const files = new Map<string, DumpFile>();
          for (const [name, columns] of await columnsOf(id)) {
            const path = join(directory, `${id}.${name}.dump`);
            await pipeline(dumpBytes(client, id, columns), createWriteStream(path));
            files.set(name, { path, sizeBytes: (await stat(path)).size });
          }
          return files;
        }),
      ),
    remove: (id) =>
      about(id, async () => {
        if (!(await removeReport(client, id))) throw new CrashIdNotFound(id);
      }),
    async *newCrashes() {
      for await (const ooid of socorro.iteratorForAllLegacyToBeProcessed()) {
        const id = parseCrashId(ooid);
        if (id) yield id;
      }
    },
    close() {
      client.close();
      return Promise.resolve();
    },
  };
}

/** A reader that meets columns which a writer has just replaced looks up the new ones. */
const whileReplaced = limitedBackoffExecutor({
  delaysSeconds: Array.from({ length: 20 }, () => 0.01),
  isRetried: (error) => error instanceof DumpReplaced,
});

async function* following(first: Buffer, rest: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void> {
  yield first;
  yield* rest;
}

/** Does something with a crash, which its failures name. */
async function about<T>(id: CrashId, work: () => Promise<T>): Promise<T> {
  refuseStrangeId(id);
  try {
    return await work();
  } catch (cause) {
    if (!hasCode(cause, "storage_unavailable") || cause.message.includes(id)) throw cause;
    throw new StorageUnavailable(`${cause.message}. The crash is ${id}.`, { cause });
  }
}

async function refuseMissingTables(client: HBaseClient): Promise<void> {
  const missing = await missingTables(client).catch((error: unknown) => {
    if (hasCode(error, "storage_unavailable")) return [];
    client.close();
    throw new BadSetting(`CRASHSTORAGE: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  });
  if (missing.length === 0) return;
  client.close();
  throw new BadSetting(
    `CRASHSTORAGE: HBase ${client.name} has no table ${missing.join(", ")}. "crash-stats hbase create-tables" makes them.`,
  );
}

/**
 * When the call that sets the row gets no answer the crash may be there, so nothing that it lists is deleted then: parts
 * of a save that failed at its end stay until the crash is removed.
 */
async function saveRaw(client: HBaseClient, { id, raw, dumps }: CrashReport): Promise<void> {
  refuseDumpNames(dumps, isKeptDump);
  const before = await getDumpColumns(client, id);
  const { columns, cells } = await saveDumps(client, id, dumps);
  await putSubmission(client, { ooid: id, json: raw, cells, dumps: columns, addToUnprocessedQueue: true });
  const kept = new Set([...columns.values()].flat());
  const replaced = [...(before?.columns.values() ?? [])].flat().filter((column) => !kept.has(column));
  if (before && replaced.length > 0)
    await client.deleteColumns("crash_reports", before.row, replaced).catch(() => undefined);
}

function found(id: CrashId, stored: string): string {
  if (stored === "") throw new CrashIdNotFound(id);
  return stored;
}
