import { randomBytes } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { expect } from "vitest";
import { MAIN_DUMP, type CrashReport, type DumpFile, type ProcessedCrash } from "#lib/core/crash";
import type { CrashId } from "#lib/core/crash-id";
import type { JsonObject } from "#lib/core/json";
import type { CrashPart, CrashStorage } from "#lib/crashstorage/storage";

/** What a dump of 20 MB may take while it is streamed. */
export const LARGE_DUMP_MEMORY_BYTES = 10_000_000;
const LARGE_DUMP_BYTES = 20_000_000;

const SUBMITTED = "2026-11-20T01:02:03+00:00";

/** Dump name to content. */
export type DumpContents = Readonly<Record<string, Uint8Array>>;

/** All there is to be of a crash; a part that is left out is not to be there. */
export interface ExpectedCrash {
  readonly raw?: JsonObject | undefined;
  readonly dumps?: DumpContents | undefined;
  readonly processed?: JsonObject | undefined;
}

/** What a store rejects with when it has nothing of a crash. */
export const NOT_FOUND = { code: "crash_id_not_found" };

/** A crash report whose dumps are files in a directory. */
export async function crashReport(
  directory: string,
  id: CrashId,
  dumps: DumpContents = {},
  annotations: JsonObject = {},
): Promise<CrashReport> {
  const files = Object.entries(dumps).map(
    async ([name, content]) => [name, await dumpFile(directory, content)] as const,
  );
  return {
    id,
    raw: { ...annotations, uuid: id, submitted_timestamp: SUBMITTED },
    dumps: new Map(await Promise.all(files)),
  };
}

/** A processed crash with anything in it. */
export function processedCrash(id: CrashId, signature = "a::b", content: JsonObject = {}): ProcessedCrash {
  return { ...content, uuid: id, signature, date_processed: SUBMITTED };
}

/** A dump of 20 MB, in which no part is like another. */
export async function largeDump(path: string): Promise<DumpFile> {
  await writeFile(path, randomBytes(LARGE_DUMP_BYTES));
  return { path, sizeBytes: LARGE_DUMP_BYTES };
}

async function dumpFile(directory: string, content: Uint8Array): Promise<DumpFile> {
  const path = join(directory, crypto.randomUUID());
  await writeFile(path, content);
  return { path, sizeBytes: content.length };
}

/** Asks a store for everything of a crash: what it keeps is as expected, and all else is CrashIdNotFound. */
export async function expectStored(
  storage: CrashStorage,
  id: CrashId,
  directory: string,
  expected: ExpectedCrash,
): Promise<void> {
  const kept = <T>(part: CrashPart, value: T | undefined) => (storage.keeps.has(part) ? value : undefined);
  await expectJson(() => storage.getRaw(id), kept("raw", expected.raw));
  await expectDumps(storage, id, directory, kept("dumps", expected.dumps));
  await expectJson(() => storage.getUnredactedProcessed(id), kept("processed", expected.processed));
}

async function expectJson(getting: () => Promise<JsonObject>, expected: JsonObject | undefined) {
  if (expected) expect(await getting()).toEqual(expected);
  else await expect(getting()).rejects.toMatchObject(NOT_FOUND);
}

async function expectDumps(
  storage: CrashStorage,
  id: CrashId,
  directory: string,
  expected: DumpContents | undefined,
) {
  if (!expected) {
    await expect(storage.getDump(id, MAIN_DUMP)).rejects.toMatchObject(NOT_FOUND);
    await expect(storage.getDumpsAsFiles(id, directory)).rejects.toMatchObject(NOT_FOUND);
    return;
  }
  const files = await storage.getDumpsAsFiles(id, directory);
  expect([...files.keys()].sort()).toEqual(Object.keys(expected).sort());
  for (const [name, { path, sizeBytes }] of files) {
    const content = expected[name] ?? new Uint8Array();
    expect(sizeBytes).toBe(content.length);
    expect((await readFile(path)).equals(content), `the file of ${name} is what was saved`).toBe(true);
    const streamed = await buffer(await storage.getDump(id, name));
    expect(streamed.equals(content), `the stream of ${name} is what was saved`).toBe(true);
  }
}
