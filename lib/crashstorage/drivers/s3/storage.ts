import { createWriteStream } from "node:fs";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import {
  isDumpName,
  type CrashReport,
  type DumpFile,
  type ProcessedCrash,
  type RawCrash,
} from "#lib/core/crash";
import type { CrashId } from "#lib/core/crash-id";
import { CrashIdNotFound, StorageCorrupt, StorageUnavailable } from "#lib/core/errors";
import { refuseDumpNames } from "#lib/crashstorage/dump-names";
import { crashKeys, isKeyedDump, type CrashKeys, type S3LayoutName } from "#lib/crashstorage/s3-layouts";
import { EVERY_PART, noNewCrashes, type CrashStorage } from "#lib/crashstorage/storage";
import { parseStored } from "#lib/crashstorage/stored-json";
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
  const key = (path: string) => (prefix === "" ? path : `${prefix}/${path}`);
  const keysOf = (id: CrashId): CrashKeys => {
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
    saveRaw: (report) => saveRaw(bucket, keysOf(report.id), report),
    saveProcessed: (crash) => bucket.putText(keysOf(crash.uuid).processed, JSON.stringify(crash)),
    async getRaw(id) {
      for (const key of keysOf(id).raw) {
        const content = await bucket.getText(key);
        if (content !== null) return parseStored(id, content) as RawCrash;
      }
      throw new CrashIdNotFound(id);
    },
    async getUnredactedProcessed(id) {
      const content = await bucket.getText(keysOf(id).processed);
      if (content === null) throw new CrashIdNotFound(id);
      return parseStored(id, content) as ProcessedCrash;
    },
    async getDump(id, name) {
      const keys = keysOf(id);
      const isThere = isKeyedDump(name) && (await hasRaw(bucket, keys));
      const content = isThere ? await bucket.getStream(keys.dump(name)) : null;
      if (content === null) throw new CrashIdNotFound(id);
      return content;
    },
    async getDumpsAsFiles(id, directory) {
      const keys = keysOf(id);
      if (!(await hasRaw(bucket, keys))) throw new CrashIdNotFound(id);
      const names = (await listedDumps(bucket, keys, id)) ?? [];
      return new Map(
        await Promise.all(
          names.map(
            async (name) =>
              [name, await download(bucket, keys.dump(name), join(directory, `${id}.${name}.dump`))] as const,
          ),
        ),
      );
    },
    remove: (id) => remove(bucket, keysOf(id), id),
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
  for (const { path } of dumps.values()) await stat(path).catch(refuseMissingFile);
  const before = await listedDumps(bucket, keys, id);
  try {
    await Promise.all([
      bucket.putText(keys.dumpNames, JSON.stringify([...dumps.keys()])),
      ...[...dumps].map(([name, file]) => bucket.putFile(keys.dump(name), file)),
    ]);
    await bucket.putText(keys.raw[0], JSON.stringify(raw));
  } catch (error) {
    if (before === null)
      await removeAll(bucket, [keys.dumpNames, ...[...dumps.keys()].map(keys.dump)]).catch(() => undefined);
    throw error;
  }
  await removeAll(bucket, (before ?? []).filter((name) => !dumps.has(name)).map(keys.dump));
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
  const names: unknown = JSON.parse(content);
  if (Array.isArray(names) && names.every((name) => typeof name === "string" && isDumpName(name)))
    return names as readonly string[];
  throw new StorageCorrupt(`The list of dumps of ${id} is not one of names.`);
}

async function removeAll(bucket: Bucket, keys: readonly string[]): Promise<void> {
  await Promise.all(keys.map((key) => bucket.remove(key)));
}

async function download(bucket: Bucket, key: string, path: string): Promise<DumpFile> {
  const content = await bucket.getStream(key);
  if (content === null) throw new StorageUnavailable(`S3: ${key} is listed but not there.`);
  await pipeline(content, createWriteStream(path));
  return { path, sizeBytes: (await stat(path)).size };
}

function refuseMissingFile(cause: unknown): never {
  throw new StorageUnavailable("S3: a dump's file cannot be read.", { cause });
}
