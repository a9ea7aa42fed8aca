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
import { refuseStrangeId } from "#lib/crashstorage/crash-ids";
import { refuseDumpNames } from "#lib/crashstorage/dump-names";
import { EVERY_PART, noNewCrashes, type CrashStorage } from "#lib/crashstorage/storage";
import { parseStored } from "#lib/crashstorage/stored-json";
import { takingTurns } from "#lib/crashstorage/taking-turns";
import {
  exists,
  openDurableFiles,
  syncDirectory,
  type DurableFiles,
  type StagedFile,
} from "#lib/files/durable-files";
import { crashIdsBelow } from "./crash-ids";
import { forgetNewCrash, newCrashes, noteNewCrash, type DateTree, type Purpose } from "./date-tree";
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
  const files = await openRoot(root, layout);
  const tree: DateTree = { root, layout, now };
  const turns = takingTurns();
  const pathsOf = (id: CrashId) => {
    refuseStrangeId(id);
    return crashPaths(root, id, layout);
  };
  const saving = async (id: CrashId, work: (paths: CrashPaths) => Promise<void>) => {
    const paths = pathsOf(id);
    await turns(id, () => work(paths)).catch((cause: unknown) => {
      throw unavailable(`Crash storage ${name} cannot write ${id}`, cause);
    });
  };
  const getting = async <T>(id: CrashId, work: (paths: CrashPaths) => Promise<T>) =>
    work(pathsOf(id)).catch(async (cause: unknown) => {
      if (isMissing(cause) && (await hasLayout(root))) throw new CrashIdNotFound(id, { cause });
      throw unavailable(`Crash storage ${name} cannot read ${id}`, cause);
    });

  return {
    name,
    keeps: EVERY_PART,
    saveRaw: (report) => saving(report.id, (paths) => saveRaw(files, paths, tree, report)),
    saveProcessed: (crash) => saving(crash.uuid, (paths) => saveProcessed(files, paths, crash)),
    getRaw: (id) =>
      getting(id, async (paths) => parseStored(id, await readFile(paths.raw, "utf8"), name) as RawCrash),
    getUnredactedProcessed: (id) =>
      getting(id, async (paths) => {
        const content = await readFile(paths.processed);
        return parseStored(id, await unzip(id, content, name), name) as ProcessedCrash;
      }),
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
        const found = await Promise.all((await dumpFiles(paths)).map(describeDump));
        return new Map(found.filter((dump) => dump !== null));
      }),
    remove: (id) => getting(id, (paths) => turns(id, () => remove(id, paths, tree))),
    newCrashes: () => (layout.dated ? newCrashesOf(name, tree, "take") : noNewCrashes()),
    ...(layout.dated ? { peekNewCrashes: () => newCrashesOf(name, tree, "look") } : {}),
    crashIds: (day) => crashIdsBelow(root, day),
    close: () => Promise.resolve(),
  };
}

/** Makes the folder where it is missing. Throws BadSetting when it cannot be used. */
async function openRoot(root: string, layout: FsLayout): Promise<DurableFiles> {
  try {
    const files = await openDurableFiles(root);
    await refuseMixing(files, root, layout);
    return files;
  } catch (cause) {
    if (!isFileSystemError(cause)) throw cause;
    throw new BadSetting(`CRASHSTORAGE: the folder ${root} cannot be used: ${cause.code}.`, { cause });
  }
}

async function* newCrashesOf(
  name: FsStorageName,
  tree: DateTree,
  purpose: Purpose,
): AsyncGenerator<CrashId, void> {
  try {
    yield* newCrashes(tree, purpose);
  } catch (cause) {
    throw unavailable(`Crash storage ${name} cannot read its new crashes`, cause);
  }
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

/** A folder that is gone with all that was in it is no folder in which a crash is missing. */
function hasLayout(root: string): Promise<boolean> {
  return exists(join(root, LAYOUT_FILE));
}

async function saveRaw(
  files: DurableFiles,
  paths: CrashPaths,
  tree: DateTree,
  { id, raw, dumps }: CrashReport,
): Promise<void> {
  refuseDumpNames(dumps);
  await files.makeDirectory(paths.directory);
  const replacing = await exists(paths.raw);
  const staged = await allStaged([
    ...[...dumps].map(([name, dump]) => files.stageCopy(paths.dump(name), dump.path)),
    files.stage(paths.raw, JSON.stringify(raw)),
  ]);
  try {
    if (tree.layout.dated) await noteNewCrash(tree, id, files);
    await Promise.all(staged.slice(0, -1).map((file) => file.put()));
    await staged.at(-1)?.put();
  } catch (error) {
    if (!replacing) {
      await forgetNewCrash(tree, id);
      await removeStaleDumps(paths, new Set());
    }
    await Promise.all(staged.map((file) => file.drop()));
    throw error;
  }
  if (replacing) await removeStaleDumps(paths, new Set(dumps.keys()));
  await syncDirectory(paths.directory);
}

async function saveProcessed(files: DurableFiles, paths: CrashPaths, crash: ProcessedCrash): Promise<void> {
  const content = await promisify(gzip)(JSON.stringify(crash));
  await files.makeDirectory(paths.directory);
  await files.write(paths.processed, content);
  await syncDirectory(paths.directory);
}

/** All files, or none of them when one cannot be staged: a full disk leaves alone what was there. */
async function allStaged(staging: readonly Promise<StagedFile>[]): Promise<readonly StagedFile[]> {
  const outcomes = await Promise.allSettled(staging);
  const staged = outcomes.flatMap((outcome) => (outcome.status === "fulfilled" ? [outcome.value] : []));
  if (staged.length === staging.length) return staged;
  await Promise.all(staged.map((file) => file.drop()));
  return Promise.all(staging);
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

/** Null for one that a writer has just taken away. */
async function describeDump({ name, path }: NamedFile): Promise<[string, DumpFile] | null> {
  try {
    return [name, { path, sizeBytes: (await stat(path)).size }];
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

async function unzip(id: CrashId, content: Buffer, store: string): Promise<string> {
  try {
    return (await promisify(gunzip)(content)).toString("utf8");
  } catch (cause) {
    throw new StorageCorrupt(`The processed crash that ${store} has of ${id} cannot be decompressed.`, {
      cause,
    });
  }
}

function isFileSystemError(error: unknown): error is NodeJS.ErrnoException & { readonly code: string } {
  return error instanceof Error && "syscall" in error && "code" in error && typeof error.code === "string";
}

function isMissing(error: unknown): boolean {
  return isFileSystemError(error) && error.code === "ENOENT";
}

/** The file system's errors are those of the contract; all others stay what they are. */
function unavailable(doing: string, cause: unknown): unknown {
  if (!isFileSystemError(cause)) return cause;
  const file = cause.path ? ` at ${basename(cause.path)}` : "";
  return new StorageUnavailable(`${doing}: ${cause.code}${file}.`, { cause });
}
