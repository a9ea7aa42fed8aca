import { randomUUID } from "node:crypto";
import { copyFile, link, mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import { dirname, join, sep } from "node:path";

/**
 * Files that are there for good once a call has resolved: content and directory entries are
 * synced, and a file is complete or absent, never half-written.
 */
export interface DurableFiles {
  /** Writes a file, replacing an older one in one step. The directory entry is durable after `syncDirectory`. */
  write(path: string, content: Uint8Array | string): Promise<void>;
  /** Does the slow part of `write`, what may fail for want of room with it. */
  stage(path: string, content: Uint8Array | string): Promise<StagedFile>;
  /** The same for a second name of a synced file: a hard link where the file system allows, else a copy. */
  stageCopy(path: string, source: string): Promise<StagedFile>;
  /**
   * Makes a directory and those above it, down to the root; all their entries are durable. The root is not made again:
   * where it was, a disk may have been.
   */
  makeDirectory(path: string): Promise<void>;
}

/** A file that is complete under another name. */
export interface StagedFile {
  /** Puts it in its place, replacing an older one in one step. */
  put(): Promise<void>;
  /** Gives it up, if it is not in its place. */
  drop(): Promise<void>;
}

/** How many directories are remembered as durable before the memory starts afresh. */
const REMEMBERED_DIRECTORIES = 20_000;

/** A half-written file that is older than this belongs to no living writer. */
const ABANDONED_AFTER_MS = 60 * 60 * 1000;

/**
 * Durable files below `root`; several processes may write there at once. Half-written files live in
 * `root/tmp`, and those that a killed process left behind are removed here.
 */
export async function openDurableFiles(root: string): Promise<DurableFiles> {
  const temporary = join(root, "tmp");
  await mkdir(temporary, { recursive: true });
  await removeAbandoned(temporary);
  const durable = new Set<string>();

  const staged = async (
    path: string,
    fill: (temporaryPath: string) => Promise<void>,
  ): Promise<StagedFile> => {
    const temporaryPath = join(temporary, randomUUID());
    const drop = () => rm(temporaryPath, { force: true });
    try {
      await fill(temporaryPath);
    } catch (error) {
      await drop();
      throw error;
    }
    return { put: () => rename(temporaryPath, path), drop };
  };
  const stage: DurableFiles["stage"] = (path, content) =>
    staged(path, (temporaryPath) => writeSynced(temporaryPath, content));

  return {
    async write(path, content) {
      const file = await stage(path, content);
      await file.put().catch(async (error: unknown) => {
        await file.drop();
        throw error;
      });
    },
    stage,
    stageCopy: (path, source) => staged(path, (temporaryPath) => linkOrCopy(source, temporaryPath)),
    async makeDirectory(path) {
      const firstMade = await makeBelow(temporary, path);
      const isMade = (directory: string) => firstMade !== undefined && directory.length >= firstMade.length;
      const unsure = directoriesDownTo(root, path).filter(
        (directory) => isMade(directory) || !durable.has(directory),
      );
      await Promise.all(unsure.map((directory) => syncDirectory(dirname(directory))));
      if (durable.size > REMEMBERED_DIRECTORIES) durable.clear();
      for (const directory of unsure) durable.add(directory);
    },
  };
}

/** Makes a directory with those above it where `landmark` is still there. Gives the first one that was made. */
async function makeBelow(landmark: string, path: string): Promise<string | undefined> {
  try {
    await mkdir(path);
    return path;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") return undefined;
    if (code !== "ENOENT") throw error;
    await stat(landmark);
    return mkdir(path, { recursive: true });
  }
}

async function removeAbandoned(directory: string): Promise<void> {
  for (const file of await readdir(directory)) {
    const path = join(directory, file);
    const found = await stat(path).catch(() => null);
    if (found && Date.now() - found.mtimeMs > ABANDONED_AFTER_MS) await rm(path, { force: true });
  }
}

const running = new Map<string, Promise<void>>();
const waiting = new Map<string, Promise<void>>();

/**
 * Makes all entries of a directory durable. Calls that come while a sync of the same directory
 * runs share the next one, so a busy directory costs one sync for many writers.
 */
export function syncDirectory(path: string): Promise<void> {
  const shared = waiting.get(path);
  if (shared) return shared;
  const before = running.get(path) ?? Promise.resolve();
  const next = before
    .catch(() => undefined)
    .then(() => {
      waiting.delete(path);
      running.set(path, next);
      return syncPath(path);
    })
    .finally(() => {
      if (running.get(path) === next) running.delete(path);
    });
  waiting.set(path, next);
  return next;
}

async function syncPath(path: string): Promise<void> {
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function writeSynced(path: string, content: Uint8Array | string): Promise<void> {
  const handle = await open(path, "wx");
  try {
    await handle.writeFile(content);
    await handle.datasync();
  } finally {
    await handle.close();
  }
}

async function linkOrCopy(source: string, path: string): Promise<void> {
  try {
    await link(source, path);
  } catch (error) {
    if (!["EXDEV", "EPERM", "EMLINK", "ENOTSUP"].includes(String((error as NodeJS.ErrnoException).code)))
      throw error;
    await copyFile(source, path);
    await syncPath(path);
  }
}

function directoriesDownTo(root: string, path: string): readonly string[] {
  const below = path.slice(root.length).split(sep).filter(Boolean);
  return [root, ...below.map((_, index) => join(root, ...below.slice(0, index + 1)))];
}

/** Whether a file is there. */
export async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    (error: unknown) => {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return false;
      throw error;
    },
  );
}
