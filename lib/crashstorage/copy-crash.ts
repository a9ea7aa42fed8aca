import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { isDeepStrictEqual } from "node:util";
import type { Dumps, ProcessedCrash, RawCrash } from "#lib/core/crash";
import type { CrashId } from "#lib/core/crash-id";
import { StorageCorrupt } from "#lib/core/errors";
import { isJsonObject } from "#lib/core/json";
import { foundOrNull } from "./found-or-null";
import type { CrashStorage } from "./storage";

/** All that a store has of a crash. */
interface Content {
  readonly raw: RawCrash;
  readonly dumps: Dumps;
  /** Null for a crash that was never processed. */
  readonly processed: ProcessedCrash | null;
  /** SHA-256 of each dump, hexadecimal, by its name. */
  readonly checksums: Readonly<Record<string, string>>;
}

export interface CopyOptions {
  readonly from: CrashStorage;
  readonly to: CrashStorage;
  /** Where dumps are put meanwhile. */
  readonly temporaryDirectory: string;
}

/**
 * Copies a crash from one store to another, and reads the copy back. A crash that is there already with the same content
 * is left alone, so a copy of many that was broken off can simply be run again. Throws CrashIdNotFound, StorageCorrupt
 * when dumps are not those that the collector took or the copy is not what was copied, and what the stores throw.
 */
export async function copyCrash(
  id: CrashId,
  { from, to, temporaryDirectory }: CopyOptions,
): Promise<"copied" | "there already"> {
  const directory = await mkdtemp(join(temporaryDirectory, "copy-"));
  try {
    const original = await contentOf(from, id, directory);
    refuseChanged(id, original);
    if (isSame(await foundOrNull(contentOf(to, id, directory)), original)) return "there already";
    await to.saveRaw({ id, raw: original.raw, dumps: original.dumps });
    if (original.processed) await to.saveProcessed(original.processed);
    if (!isSame(await contentOf(to, id, directory), original))
      throw new StorageCorrupt(`The copy of ${id} in ${to.name} is not what ${from.name} has.`);
    return "copied";
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function contentOf(storage: CrashStorage, id: CrashId, temporaryDirectory: string): Promise<Content> {
  const directory = await mkdtemp(join(temporaryDirectory, "content-"));
  const raw = await storage.getRaw(id);
  const dumps = await storage.getDumpsAsFiles(id, directory);
  const processed = await foundOrNull(storage.getUnredactedProcessed(id));
  const checksums = await Promise.all(
    [...dumps].map(async ([name, { path }]) => [name, await checksumOf(path)] as const),
  );
  return { raw, dumps, processed, checksums: Object.fromEntries(checksums) };
}

function isSame(one: Content | null, other: Content): boolean {
  const compared = ({ raw, processed, checksums }: Content) => ({ raw, processed, checksums });
  return one !== null && isDeepStrictEqual(compared(one), compared(other));
}

/** The collector wrote down what it took; raw crashes from elsewhere say nothing. */
function refuseChanged(id: CrashId, { raw, checksums }: Content): void {
  const taken = isJsonObject(raw.metadata) ? raw.metadata.dump_checksums : undefined;
  if (!isJsonObject(taken)) return;
  const changed = Object.keys(taken).find((name) => taken[name] !== checksums[name]);
  if (changed !== undefined)
    throw new StorageCorrupt(`The dump ${changed} of ${id} is not the one that the collector took.`);
}

async function checksumOf(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}
