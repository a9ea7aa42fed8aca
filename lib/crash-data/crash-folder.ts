import { copyFile, mkdir, readdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Dumps, ProcessedCrash, RawCrash } from "#lib/core/crash";
import { parseCrashId, type CrashId } from "#lib/core/crash-id";
import { CrashIdNotFound, StorageCorrupt } from "#lib/core/errors";
import type { CrashSource } from "#lib/crashstorage/copy-crash";
import { refuseDumpNames } from "#lib/crashstorage/dump-names";
import { crashKeys, isKeyedDump, S3_LAYOUTS, type S3LayoutName } from "#lib/crashstorage/s3-layouts";
import { EVERY_PART } from "#lib/crashstorage/storage";
import { parseStored } from "#lib/crashstorage/stored-json";
import { copiesOfDumps } from "./copies-of-dumps";

/** What is put into a crash folder; what is undefined is left alone. */
export interface FolderContent {
  readonly raw?: RawCrash;
  readonly dumps?: Dumps;
  readonly processed?: ProcessedCrash;
}

/**
 * Crashes as files of the names that a bucket has keys: what `fetch_crash_data` of Socorro makes, and what can be copied
 * into a bucket as it is. Meant for work with crashes, not for keeping them: nothing is synced to disk.
 */
export interface CrashFolder extends CrashSource {
  /** Dumps are written before the raw crash, each file at once. */
  save(id: CrashId, content: FolderContent): Promise<void>;
  /** The crashes of which there is a raw crash, in either layout. */
  crashIds(): AsyncIterable<CrashId>;
}

const LAYOUTS = Object.keys(S3_LAYOUTS) as S3LayoutName[];

/** Writes in one layout, reads both. */
export function crashFolder(root: string, layout: S3LayoutName = "dated"): CrashFolder {
  const rawPaths = (id: CrashId) =>
    LAYOUTS.flatMap((name) => crashKeys(name, id).raw).map((key) => join(root, key));
  const read = async (id: CrashId, paths: readonly string[]) => {
    for (const path of paths) {
      const content = await readFile(path, "utf8").catch(nullWhenMissing);
      if (content !== null) return content;
    }
    throw new CrashIdNotFound(id);
  };

  return {
    name: "folder",
    keeps: EVERY_PART,
    getRaw: async (id) => parseStored(id, await read(id, rawPaths(id)), "the folder") as RawCrash,
    getUnredactedProcessed: async (id) =>
      parseStored(
        id,
        await read(id, [join(root, crashKeys(layout, id).processed)]),
        "the folder",
      ) as ProcessedCrash,
    async getDumpsAsFiles(id, directory) {
      const keys = crashKeys(layout, id);
      const content = await readFile(join(root, keys.dumpNames), "utf8").catch(nullWhenMissing);
      const names = dumpNames(id, content ?? "[]");
      return copiesOfDumps(new Map(names.map((name) => [name, join(root, keys.dump(name))])), directory);
    },
    async save(id, { raw, dumps, processed }) {
      const keys = crashKeys(layout, id);
      const put = async (key: string, fill: (path: string) => Promise<void>) => {
        const path = join(root, key);
        await mkdir(dirname(path), { recursive: true });
        await fill(`${path}.part`);
        await rename(`${path}.part`, path);
      };
      const putJson = (key: string, value: unknown) =>
        put(key, (path) => writeFile(path, JSON.stringify(value)));
      if (dumps) {
        refuseDumpNames(dumps, isKeyedDump);
        for (const [name, file] of dumps) await put(keys.dump(name), (path) => copyFile(file.path, path));
        await putJson(keys.dumpNames, [...dumps.keys()]);
      }
      if (raw) await putJson(keys.raw[0], raw);
      if (processed) await putJson(keys.processed, processed);
    },
    async *crashIds() {
      const seen = new Set<CrashId>();
      for (const below of ["v1/raw_crash", "v2/raw_crash"])
        for (const file of (await readdir(join(root, below), { recursive: true }).catch(nullWhenMissing)) ??
          []) {
          const id = parseCrashId(file.slice(file.lastIndexOf("/") + 1));
          if (id && !seen.has(id)) yield id;
          if (id) seen.add(id);
        }
    },
  };
}

function dumpNames(id: CrashId, content: string): readonly string[] {
  let names: unknown;
  try {
    names = JSON.parse(content);
  } catch {
    names = null;
  }
  if (Array.isArray(names) && names.every((name) => typeof name === "string" && isKeyedDump(name)))
    return names as readonly string[];
  throw new StorageCorrupt(`The list of dumps of ${id} is not one of names.`);
}

function nullWhenMissing(error: unknown): null {
  if (["ENOENT", "ENOTDIR"].includes(String((error as NodeJS.ErrnoException).code))) return null;
  throw error;
}
