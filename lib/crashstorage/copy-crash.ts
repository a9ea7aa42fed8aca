import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { isDeepStrictEqual } from "node:util";
import type { Dumps, ProcessedCrash, RawCrash } from "#lib/core/crash";
import type { CrashId } from "#lib/core/crash-id";
import { BadArgument, CrashIdNotFound, StorageCorrupt } from "#lib/core/errors";
import { isJsonObject, type JsonObject } from "#lib/core/json";
import { foundOrNull } from "./found-or-null";
import type { CrashStorage } from "./storage";
import { copiesIn } from "./store-tree";

/** What crashes can be read from: a crash storage, or something that is only read. */
export type CrashSource = Pick<
  CrashStorage,
  "name" | "keeps" | "getRaw" | "getDumpsAsFiles" | "getUnredactedProcessed"
>;

export interface CopyOptions {
  readonly from: CrashSource;
  readonly to: CrashStorage;
  /** Where dumps are put meanwhile. */
  readonly temporaryDirectory: string;
  /** Reads the dumps of a copy that is there already, instead of believing the checksums in its raw crash. */
  readonly verify?: boolean;
}

export type CopyOutcome = "copied" | "there already";

/** What is small of a crash. Null: it is not there. */
interface Documents {
  readonly raw: RawCrash | null;
  readonly processed: ProcessedCrash | null;
}

/** SHA-256 of each dump, hexadecimal, by its name. */
type Checksums = Readonly<Record<string, string>>;

/**
 * Copies a crash from one store to another, and reads the copy back from every store that is to have one. A crash that
 * is there already is left alone, so a copy of many that was broken off can simply be run again; it is known by its raw
 * and processed crash alone where the raw crash has the checksums of its dumps. Throws CrashIdNotFound, StorageCorrupt
 * when dumps are not those that the collector took or the copy is not what was copied, and what the stores throw.
 */
export async function copyCrash(id: CrashId, options: CopyOptions): Promise<CopyOutcome> {
  const { from, to, verify = false } = options;
  const original = await documentsOf(from, id);
  if (!original.raw && !original.processed) throw new CrashIdNotFound(id);
  const copies = copiesIn(to);
  const isThere = await everyOne(copies, (copy) => hasDocuments(copy, id, original));
  const dumps = dumpsToCopy(original, from);
  if (isThere && (dumps === "none" || (dumps === "with checksums" && !verify))) return "there already";

  const directory = await mkdtemp(join(options.temporaryDirectory, "copy-"));
  try {
    return await copyContent(id, { from, to, original, isThere, copies, directory });
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

function dumpsToCopy({ raw }: Documents, { keeps }: CrashSource): "none" | "with checksums" | "unknown" {
  if (raw === null || !keeps.has("dumps")) return "none";
  return takenChecksums(raw) ? "with checksums" : "unknown";
}

interface Copying {
  readonly from: CrashSource;
  readonly to: CrashStorage;
  readonly original: Documents;
  /** Whether all copies have the documents. */
  readonly isThere: boolean;
  readonly copies: readonly CrashStorage[];
  readonly directory: string;
}

async function copyContent(
  id: CrashId,
  { from, to, original, isThere, copies, directory }: Copying,
): Promise<CopyOutcome> {
  const hasNoDumps = dumpsToCopy(original, from) === "none";
  const dumps: Dumps = hasNoDumps ? new Map() : await from.getDumpsAsFiles(id, directory);
  const checksums = await checksumsOf(dumps);
  if (!hasNoDumps) refuseChanged(id, original.raw, checksums);
  const isWhole = async (copy: CrashStorage) => hasNoDumps || hasDumps(copy, id, { checksums, directory });
  if (isThere && (await everyOne(copies, isWhole))) return "there already";
  if (original.raw) await to.saveRaw({ id, raw: original.raw, dumps });
  if (original.processed) await to.saveProcessed(original.processed, original.raw ?? undefined);
  for (const copy of copies)
    if (!(await hasDocuments(copy, id, original)) || !(await isWhole(copy)))
      throw new StorageCorrupt(`The copy of ${id} in ${copy.name} is not what ${from.name} has.`);
  return "copied";
}

/**
 * Copies a crash, reads all of the copy back, and only then removes the crash from where it was. One that was broken off
 * can be run again at any point: what is left in the source goes when the copy is whole. Throws as `copyCrash`.
 */
export async function moveCrash(
  id: CrashId,
  { from, ...options }: Omit<CopyOptions, "from" | "verify"> & { readonly from: CrashStorage },
): Promise<CopyOutcome> {
  const outcome = await foundOrNull(copyCrash(id, { ...options, from, verify: true }));
  // Without raw and processed crash there are at most dumps, which the source itself no longer shows.
  if (outcome === null && (await foundOrNull(options.to.getRaw(id))) === null) throw new CrashIdNotFound(id);
  await foundOrNull(from.remove(id));
  return outcome ?? "there already";
}

/** Throws BadArgument when the target does not keep all that the source keeps: moving would lose the rest. */
export function refuseLossyMove(from: CrashStorage, to: CrashStorage): void {
  for (const copy of copiesIn(to)) {
    const lost = [...from.keeps].filter((part) => !copy.keeps.has(part));
    if (lost.length > 0)
      throw new BadArgument(`${copy.name} does not keep what would be moved there: ${lost.join(", ")}.`);
  }
}

async function documentsOf(source: CrashSource, id: CrashId): Promise<Documents> {
  const { keeps } = source;
  return {
    raw: keeps.has("raw") ? await foundOrNull(source.getRaw(id)) : null,
    processed: keeps.has("processed") ? await foundOrNull(source.getUnredactedProcessed(id)) : null,
  };
}

/** Whether a store has what is given, as far as it keeps such things. More, such as a later processed crash, does not matter. */
async function hasDocuments(copy: CrashStorage, id: CrashId, given: Documents): Promise<boolean> {
  const found = await documentsOf(copy, id);
  return (
    (given.raw === null || !copy.keeps.has("raw") || isDeepStrictEqual(found.raw, given.raw)) &&
    (given.processed === null ||
      !copy.keeps.has("processed") ||
      isDeepStrictEqual(found.processed, given.processed))
  );
}

async function hasDumps(
  copy: CrashStorage,
  id: CrashId,
  { checksums, directory }: { readonly checksums: Checksums; readonly directory: string },
): Promise<boolean> {
  if (!copy.keeps.has("dumps")) return true;
  const files = await copy.getDumpsAsFiles(id, await mkdtemp(join(directory, "back-")));
  return isDeepStrictEqual(await checksumsOf(files), checksums);
}

async function everyOne<T>(items: readonly T[], holds: (item: T) => Promise<boolean>): Promise<boolean> {
  for (const item of items) if (!(await holds(item))) return false;
  return true;
}

/** The collector wrote down what it took; raw crashes from elsewhere say nothing. */
export function takenChecksums(raw: RawCrash): JsonObject | null {
  const taken = isJsonObject(raw.metadata) ? raw.metadata.dump_checksums : undefined;
  return isJsonObject(taken) ? taken : null;
}

/** Throws StorageCorrupt when dumps are not those that the collector took, as far as the raw crash tells. */
export async function refuseChangedDumps(id: CrashId, raw: RawCrash, dumps: Dumps): Promise<void> {
  if (takenChecksums(raw)) refuseChanged(id, raw, await checksumsOf(dumps));
}

/** Throws StorageCorrupt when dumps are not those whose checksums stand in the raw crash. */
function refuseChanged(id: CrashId, raw: RawCrash | null, checksums: Checksums): void {
  const taken = (raw && takenChecksums(raw)) ?? {};
  const changed = Object.keys(taken).find((name) => taken[name] !== checksums[name]);
  if (changed !== undefined)
    throw new StorageCorrupt(`The dump ${changed} of ${id} is not the one that the collector took.`);
}

async function checksumsOf(dumps: Dumps): Promise<Checksums> {
  const entries = [...dumps].map(async ([name, { path }]) => [name, await checksumOf(path)] as const);
  return Object.fromEntries(await Promise.all(entries));
}

async function checksumOf(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}
