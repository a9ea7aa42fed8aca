import { createReadStream } from "node:fs";
import { open, readdir, readFile, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";
import {
  isDumpName,
  type CrashReport,
  type DumpFile,
  type ProcessedCrash,
  type RawCrash,
} from "#lib/core/crash";
import type { CrashId } from "#lib/core/crash-id";
import { BadSetting, CrashIdNotFound, StorageCorrupt, StorageUnavailable } from "#lib/core/errors";
import { refuseDumpNames } from "#lib/crashstorage/dump-names";
import { EVERY_PART, noNewCrashes, type CrashStorage } from "#lib/crashstorage/storage";
import { parseStored } from "#lib/crashstorage/stored-json";
import { exists, openDurableFiles, syncDirectory, type DurableFiles } from "#lib/files/durable-files";
import { crashIdsBelow } from "./crash-ids";
import { forgetNewCrash, newCrashes, noteNewCrash, type DateTree } from "./date-tree";
import { FS_LAYOUTS, type FsLayout, type FsStorageName } from "#lib/crashstorage/fs-layouts";
import { crashPaths, type CrashPaths } from "./paths";

/** What a file system storage may be told. */
export interface FsStorageOptions {
  /** The time, by which new crashes are noted. */
  readonly now?: () => Date;
}

/**
 * The file system storages: crashes in a folder tree that any tool knowing the layout can read (see `crashPaths`).
 * The raw crash is put in place last, so one that can be read has all its dumps. Whole days may be removed from
 * outside. Throws BadSetting for a folder that has the other kind of tree.
 */
export async function fsStorage(
  name: FsStorageName,
  root: string,
  { now = () => new Date() }: FsStorageOptions = {},
): Promise<CrashStorage> {
  const layout: FsLayout = FS_LAYOUTS[name];
  const files = await openDurableFiles(root);
  await refuseMixing(files, root, layout);
  const tree: DateTree = { root, layout, now };
  const pathsOf = (id: CrashId) => crashPaths(root, id, layout);
  const saving = <T>(work: () => Promise<T>) => translating(`Crash storage ${name} cannot write`, work);
  const getting = <T>(id: CrashId, work: (paths: CrashPaths) => Promise<T>) =>
    translating(`Crash storage ${name} cannot read`, () => work(pathsOf(id)), id);

  return {
    name,
    keeps: EVERY_PART,
    saveRaw: (report) => saving(() => saveRaw(files, tree, report)),
    saveProcessed: (crash) =>
      saving(async () => {
        const paths = pathsOf(crash.uuid);
        const content = await promisify(gzip)(JSON.stringify(crash));
        await files.makeDirectory(paths.directory);
        await files.write(paths.processed, content);
        await syncDirectory(paths.directory);
      }),
    getRaw: (id) =>
      getting(id, async (paths) => parseStored(id, await readFile(paths.raw, "utf8")) as RawCrash),
    getUnredactedProcessed: (id) =>
      getting(
        id,
        async (paths) => parseStored(id, await unzip(id, await readFile(paths.processed))) as ProcessedCrash,
      ),
    getDump: (id, dumpName) =>
      getting(id, async (paths) => {
        if (!isDumpName(dumpName)) throw new CrashIdNotFound(id);
        await stat(paths.raw);
        const handle = await open(paths.dump(dumpName));
        return createReadStream("", { fd: handle });
      }),
    getDumpsAsFiles: (id) =>
      getting(id, async (paths) => {
        await stat(paths.raw);
        return new Map(await Promise.all((await dumpFiles(paths)).map(describeDump)));
      }),
    remove: (id) => getting(id, (paths) => remove(id, paths, tree)),
    newCrashes: () => (layout.dated ? newCrashes(tree, "take") : noNewCrashes()),
    ...(layout.dated ? { peekNewCrashes: () => newCrashes(tree, "look") } : {}),
    crashIds: (day) => crashIdsBelow(root, day),
    close: () => Promise.resolve(),
  };
}

const LAYOUT_FILE = "layout";

/** Trees with and without directories per crash cannot share a root; dated and undated ones of a kind can. */
async function refuseMixing(files: DurableFiles, root: string, { ownDirectory }: FsLayout): Promise<void> {
  const path = join(root, LAYOUT_FILE);
  const wanted = ownDirectory ? "radix tree" : "legacy radix tree";
  const found = (await exists(path)) ? (await readFile(path, "utf8")).trim() : null;
  if (found === wanted) return;
  if (found !== null)
    throw new BadSetting(`CRASHSTORAGE: ${root} holds a ${found}, which cannot be mixed with a ${wanted}.`);
  await files.write(path, `${wanted}\n`);
}

async function saveRaw(files: DurableFiles, tree: DateTree, { id, raw, dumps }: CrashReport): Promise<void> {
  const paths = crashPaths(tree.root, id, tree.layout);
  refuseDumpNames(dumps);
  await files.makeDirectory(paths.directory);
  const replacing = await exists(paths.raw);
  try {
    await Promise.all([...dumps].map(([name, dump]) => files.place(dump.path, paths.dump(name))));
    if (tree.layout.dated) await noteNewCrash(tree, id, files);
    await files.write(paths.raw, JSON.stringify(raw));
  } catch (error) {
    if (!replacing) {
      await forgetNewCrash(tree, id);
      await removeStaleDumps(paths, new Set());
    }
    throw error;
  }
  if (replacing) await removeStaleDumps(paths, new Set(dumps.keys()));
  await syncDirectory(paths.directory);
}

async function removeStaleDumps(paths: CrashPaths, kept: ReadonlySet<string>): Promise<void> {
  const stale = (await dumpFiles(paths)).filter(({ name }) => !kept.has(name));
  await Promise.all(stale.map(({ path }) => rm(path, { force: true })));
}

/** A crash stays noted as new until its files are gone, so that a removal that is broken off can be found and ended. */
async function remove(id: CrashId, paths: CrashPaths, tree: DateTree): Promise<void> {
  const dumps = (await dumpFiles(paths)).map(({ path }) => path);
  const [raw, processed] = await Promise.all([exists(paths.raw), exists(paths.processed)]);
  await rm(paths.raw, { force: true });
  await Promise.all([paths.processed, ...dumps].map((path) => rm(path, { force: true })));
  const wasNew = await forgetNewCrash(tree, id);
  if (!raw && !processed && dumps.length === 0 && !wasNew) throw new CrashIdNotFound(id);
  if (tree.layout.ownDirectory) await rm(paths.directory, { recursive: true, force: true });
  await syncDirectory(tree.layout.ownDirectory ? dirname(paths.directory) : paths.directory);
}

interface NamedFile {
  readonly name: string;
  readonly path: string;
}

async function dumpFiles(paths: CrashPaths): Promise<readonly NamedFile[]> {
  const entries = await readdir(paths.directory);
  return entries.flatMap((entry) => {
    const name = paths.dumpNameOf(entry);
    return name === null ? [] : [{ name, path: join(paths.directory, entry) }];
  });
}

async function describeDump({ name, path }: NamedFile): Promise<[string, DumpFile]> {
  return [name, { path, sizeBytes: (await stat(path)).size }];
}

async function unzip(id: CrashId, content: Buffer): Promise<string> {
  try {
    return (await promisify(gunzip)(content)).toString("utf8");
  } catch (cause) {
    throw new StorageCorrupt(`The processed crash of ${id} cannot be decompressed.`, { cause });
  }
}

/** Turns the file system's errors into those of the contract; `id` is set where a missing file means an unknown crash. */
async function translating<T>(doing: string, work: () => Promise<T>, id?: CrashId): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    if (!(cause instanceof Error) || typeof code !== "string" || !("syscall" in cause)) throw cause;
    if (code === "ENOENT" && id !== undefined) throw new CrashIdNotFound(id, { cause });
    const path = (cause as NodeJS.ErrnoException).path;
    throw new StorageUnavailable(`${doing}${path ? ` ${basename(path)}` : ""}: ${code}.`, { cause });
  }
}
