import { createReadStream } from "node:fs";
import { open, readdir, readFile, rm, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";
import type { CrashReport, DumpFile, ProcessedCrash, RawCrash } from "#lib/core/crash";
import type { CrashId } from "#lib/core/crash-id";
import { CrashIdNotFound, StorageCorrupt, StorageUnavailable } from "#lib/core/errors";
import { isJsonObject, type JsonObject } from "#lib/core/json";
import type { CrashStorage } from "#lib/crashstorage/storage";
import { exists, openDurableFiles, syncDirectory, type DurableFiles } from "#lib/files/durable-files";
import { crashPaths, type CrashPaths } from "./paths";

/**
 * FSPermanentStorage: crashes in a folder tree that any tool knowing the layout can read (see
 * `crashPaths`). The raw crash is put in place last, so one that can be read has all its dumps.
 * Whole days may be removed from outside.
 */
export async function fsPermanentStorage(root: string): Promise<CrashStorage> {
  const name = "fs-permanent";
  const files = await openDurableFiles(root);
  const saving = <T>(work: () => Promise<T>) => translating(`Crash storage ${name} cannot write`, work);
  const getting = <T>(id: CrashId, work: (paths: CrashPaths) => Promise<T>) =>
    translating(`Crash storage ${name} cannot read`, () => work(crashPaths(root, id)), id);

  return {
    name,
    saveRaw: (report) => saving(() => saveRaw(files, crashPaths(root, report.id), report)),
    saveProcessed: (crash) =>
      saving(async () => {
        const paths = crashPaths(root, crash.uuid);
        const content = await promisify(gzip)(JSON.stringify(crash));
        await files.makeDirectory(paths.directory);
        await files.write(paths.processed, content);
        await syncDirectory(paths.directory);
      }),
    getRaw: (id) => getting(id, async (paths) => parse(id, await readFile(paths.raw, "utf8")) as RawCrash),
    getUnredactedProcessed: (id) =>
      getting(
        id,
        async (paths) => parse(id, await unzip(id, await readFile(paths.processed))) as ProcessedCrash,
      ),
    getDump: (id, dumpName) =>
      getting(id, async (paths) => {
        await stat(paths.raw);
        const handle = await open(paths.dump(dumpName));
        return createReadStream("", { fd: handle });
      }),
    getDumpsAsFiles: (id) =>
      getting(id, async (paths) => {
        await stat(paths.raw);
        return new Map(await Promise.all((await dumpFiles(paths)).map(describeDump)));
      }),
    remove: (id) => getting(id, (paths) => remove(id, paths)),
    close: () => Promise.resolve(),
  };
}

async function saveRaw(files: DurableFiles, paths: CrashPaths, { raw, dumps }: CrashReport): Promise<void> {
  await files.makeDirectory(paths.directory);
  const replacing = await exists(paths.raw);
  try {
    await Promise.all([...dumps].map(([name, dump]) => files.place(dump.path, paths.dump(name))));
    await files.write(paths.raw, JSON.stringify(raw));
  } catch (error) {
    if (!replacing) await removeStaleDumps(paths, new Set());
    throw error;
  }
  if (replacing) await removeStaleDumps(paths, new Set(dumps.keys()));
  await syncDirectory(paths.directory);
}

async function removeStaleDumps(paths: CrashPaths, kept: ReadonlySet<string>): Promise<void> {
  const stale = (await dumpFiles(paths)).filter(({ name }) => !kept.has(name));
  await Promise.all(stale.map(({ path }) => rm(path, { force: true })));
}

async function remove(id: CrashId, paths: CrashPaths): Promise<void> {
  const dumps = (await dumpFiles(paths)).map(({ path }) => path);
  const [raw, processed] = await Promise.all([exists(paths.raw), exists(paths.processed)]);
  if (!raw && !processed && dumps.length === 0) throw new CrashIdNotFound(id);
  await rm(paths.raw, { force: true });
  await Promise.all([paths.processed, ...dumps].map((path) => rm(path, { force: true })));
  await syncDirectory(paths.directory);
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

/** A JSON object with the crash's own id; RawCrash and ProcessedCrash are that and what the saver put in. */
function parse(id: CrashId, content: string): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch (cause) {
    throw new StorageCorrupt(`What is stored of ${id} is not JSON.`, { cause });
  }
  if (!isJsonObject(value) || value.uuid !== id)
    throw new StorageCorrupt(`What is stored of ${id} is not a crash of that id.`);
  return value;
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
