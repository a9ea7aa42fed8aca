import { createWriteStream } from "node:fs";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import type { CrashReport, DumpFile, Dumps, ProcessedCrash, RawCrash } from "#lib/core/crash";
import type { CrashId } from "#lib/core/crash-id";
import { CrashIdNotFound, StorageCorrupt, StorageUnavailable } from "#lib/core/errors";
import { refuseStrangeId } from "#lib/crashstorage/crash-ids";
import { refuseDumpNames } from "#lib/crashstorage/dump-names";
import { crashKeys, isKeyedDump, type CrashKeys, type S3LayoutName } from "#lib/crashstorage/s3-layouts";
import { EVERY_PART, noNewCrashes, type CrashStorage } from "#lib/crashstorage/storage";
import { parseStored } from "#lib/crashstorage/stored-json";
import { takingTurns } from "#lib/crashstorage/taking-turns";
import { openBucket, type Bucket, type BucketOptions } from "./bucket";
import { crashIdsIn } from "./crash-ids";

export interface S3StorageOptions extends BucketOptions {
  /** In front of every key; empty for none. */
  readonly prefix: string;
  readonly layout: S3LayoutName;
}

/**
 * S3 crash storage. Dumps and their list are stored before the raw crash and removed after it, so a raw crash that can
 * be read has all its dumps. Throws BadSetting when there is no such bucket.
 */
export async function s3Storage({ prefix, layout, ...options }: S3StorageOptions): Promise<CrashStorage> {
  const bucket = await openBucket(options);
  const turns = takingTurns();
  const key = (path: string) => (prefix === "" ? path : `${prefix}/${path}`);
  const keysOf = (id: CrashId): CrashKeys => {
    refuseStrangeId(id);
    const keys = crashKeys(layout, id);
    const [first, ...others] = keys.raw;
    return {
      raw: [key(first), ...others.map(key)],
      processed: key(keys.processed),
      dumpNames: key(keys.dumpNames),
      dump: (name) => key(keys.dump(name)),
    };
  };

  return {
    name: "s3",
    keeps: EVERY_PART,
    async saveRaw(report) {
      const keys = keysOf(report.id);
      await turns(report.id, () => saveRaw(bucket, keys, report));
    },
    async saveProcessed(crash) {
      const { processed } = keysOf(crash.uuid);
      await turns(crash.uuid, () => bucket.putText(processed, JSON.stringify(crash)));
    },
    async getRaw(id) {
      for (const key of keysOf(id).raw) {
        const content = await bucket.getText(key);
        if (content !== null) return parseStored(id, content, "s3") as RawCrash;
      }
      throw new CrashIdNotFound(id);
    },
    async getUnredactedProcessed(id) {
      const content = await bucket.getText(keysOf(id).processed);
      if (content === null) throw new CrashIdNotFound(id);
      return parseStored(id, content, "s3") as ProcessedCrash;
    },
    async getDump(id, name) {
      const keys = keysOf(id);
      const isThere = isKeyedDump(name) && (await hasRaw(bucket, keys));
      const content = isThere ? await bucket.getStream(keys.dump(name)) : null;
      if (content === null) throw new CrashIdNotFound(id);
      return content;
    },
    getDumpsAsFiles: async (id, directory) => downloadAll(bucket, keysOf(id), id, directory),
    async remove(id) {
      const keys = keysOf(id);
      await turns(id, () => remove(bucket, keys, id));
    },
    newCrashes: noNewCrashes,
    crashIds: (day) => crashIdsIn(bucket, { layout, root: key("") }, day),
    close() {
      bucket.close();
      return Promise.resolve();
    },
  };
}

async function saveRaw(bucket: Bucket, keys: CrashKeys, { id, raw, dumps }: CrashReport): Promise<void> {
  refuseDumpNames(dumps, isKeyedDump);
  for (const { path } of dumps.values())
    await stat(path).catch((cause: unknown) => {
      throw new StorageUnavailable(`S3: the file of a dump of ${id} cannot be read.`, { cause });
    });
  const before = await listedDumps(bucket, keys, id);
  const putDumps = () => Promise.all([...dumps].map(([name, file]) => bucket.putFile(keys.dump(name), file)));
  const putNames = () => bucket.putText(keys.dumpNames, JSON.stringify([...dumps.keys()]));
  const putRaw = () => bucket.putText(keys.raw[0], JSON.stringify(raw));
  if (before === null) {
    await Promise.all([putNames(), putDumps()])
      .then(putRaw)
      .catch(async (error: unknown) => {
        await discardAll(bucket, keys, dumps).catch(() => undefined);
        throw error;
      });
    return;
  }
  await putDumps();
  await putNames();
  await putRaw();
  await removeAll(bucket, before.filter((name) => !dumps.has(name)).map(keys.dump));
}

/** A save that got no answer may have been done, so the raw crash goes first: what is left of it is never half a crash. */
async function discardAll(bucket: Bucket, keys: CrashKeys, dumps: Dumps): Promise<void> {
  await bucket.discard(keys.raw[0]);
  await Promise.all([keys.dumpNames, ...[...dumps.keys()].map(keys.dump)].map((key) => bucket.discard(key)));
}

async function remove(bucket: Bucket, keys: CrashKeys, id: CrashId): Promise<void> {
  const [raw, processed, names] = await Promise.all([
    hasRaw(bucket, keys),
    bucket.has(keys.processed),
    listedDumps(bucket, keys, id),
  ]);
  if (!raw && !processed && names === null) throw new CrashIdNotFound(id);
  await removeAll(bucket, keys.raw);
  await removeAll(bucket, [keys.processed, ...(names ?? []).map(keys.dump)]);
  await bucket.remove(keys.dumpNames);
}

async function hasRaw(bucket: Bucket, { raw }: CrashKeys): Promise<boolean> {
  for (const key of raw) if (await bucket.has(key)) return true;
  return false;
}

/** Null when there is no list: the crash was never saved. */
async function listedDumps(bucket: Bucket, keys: CrashKeys, id: CrashId): Promise<readonly string[] | null> {
  const content = await bucket.getText(keys.dumpNames);
  if (content === null) return null;
  const names = dumpNamesOf(content);
  if (names === null) throw new StorageCorrupt(`S3: the list of dumps of ${id} is not one of names.`);
  return names;
}

function dumpNamesOf(content: string): readonly string[] | null {
  let names: unknown;
  try {
    names = JSON.parse(content);
  } catch {
    return null;
  }
  const isList = Array.isArray(names) && names.every((name) => typeof name === "string" && isKeyedDump(name));
  return isList ? (names as readonly string[]) : null;
}

async function removeAll(bucket: Bucket, keys: readonly string[]): Promise<void> {
  await Promise.all(keys.map((key) => bucket.remove(key)));
}

/** A dump that is listed and not there has been taken away by a writer, who then lists it no longer. */
async function downloadAll(bucket: Bucket, keys: CrashKeys, id: CrashId, directory: string): Promise<Dumps> {
  if (!(await hasRaw(bucket, keys))) throw new CrashIdNotFound(id);
  const names = (await listedDumps(bucket, keys, id)) ?? [];
  const files = await Promise.all(
    names.map(
      async (name) =>
        [name, await download(bucket, keys.dump(name), join(directory, `${id}.${name}.dump`))] as const,
    ),
  );
  const missing = files.flatMap(([name, file]) => (file === null ? [name] : []));
  const stillListed = missing.length > 0 ? ((await listedDumps(bucket, keys, id)) ?? []) : [];
  const lost = missing.find((name) => stillListed.includes(name));
  if (lost !== undefined)
    throw new StorageCorrupt(`S3: the dump ${keys.dump(lost)} is listed and not there.`);
  return new Map(files.flatMap(([name, file]) => (file === null ? [] : [[name, file] as const])));
}

/** Null when there is no such object. */
async function download(bucket: Bucket, key: string, path: string): Promise<DumpFile | null> {
  const content = await bucket.getStream(key);
  if (content === null) return null;
  await pipeline(content, createWriteStream(path));
  return { path, sizeBytes: (await stat(path)).size };
}
