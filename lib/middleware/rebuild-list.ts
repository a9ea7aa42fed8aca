import { createWriteStream } from "node:fs";
import { mkdir, open, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { ifThere } from "#lib/files/if-there";
import type { CrashId } from "#lib/core/crash-id";

/** Crashes that are to be indexed, in an order that does not change, and how far that is done. */
export interface RebuildList {
  readonly total: number;
  /** How many of them an earlier run has done. */
  readonly doneBefore: number;
  /** Those that are left. */
  batches(): AsyncIterable<RebuildBatch>;
  /** Notes that a batch is done; the next run begins with the first that is not. */
  finish(batch: RebuildBatch): Promise<void>;
  /** All is done. */
  remove(): Promise<void>;
}

export interface RebuildBatch {
  readonly first: number;
  readonly ids: readonly CrashId[];
}

const BATCH = 500;
const LINE_BYTES = 37;

/** A list that is gone with the process. */
export function listInMemory(ids: readonly CrashId[]): RebuildList {
  const done = () => Promise.resolve();
  const batches = async function* () {
    for (let first = 0; first < ids.length; first += BATCH)
      yield await Promise.resolve({ first, ids: ids.slice(first, first + BATCH) });
  };
  return { total: ids.length, doneBefore: 0, batches, finish: done, remove: done };
}

/**
 * A list in a file of the folder, by its name: made when it is not there whole, gone on with when it is. Killed while it
 * is made, it is made again.
 */
export async function listInFile(
  folder: string,
  name: string,
  list: () => AsyncIterable<CrashId>,
): Promise<RebuildList> {
  await mkdir(folder, { recursive: true });
  const [path, positionPath] = [join(folder, `${name}.ids`), join(folder, `${name}.position`)];
  if ((await sizeOf(path)) === null) {
    await rm(positionPath, { force: true });
    await pipeline(Readable.from(lines(list())), createWriteStream(`${path}.part`));
    await rename(`${path}.part`, path);
  }
  const total = ((await sizeOf(path)) ?? 0) / LINE_BYTES;
  const doneBefore = Number((await ifThere(readFile(positionPath, "utf8"))) ?? 0);
  let position = doneBefore;
  const finished = new Map<number, number>();
  let writing: Promise<void> = Promise.resolve();
  const writePosition = async () => {
    await writeFile(`${positionPath}.part`, String(position));
    await rename(`${positionPath}.part`, positionPath);
  };
  return {
    total,
    doneBefore,
    batches: () => batchesOf(path, doneBefore),
    async finish({ first, ids }) {
      finished.set(first, ids.length);
      for (let size = finished.get(position); size !== undefined; size = finished.get(position)) {
        finished.delete(position);
        position += size;
      }
      writing = writing.then(writePosition);
      await writing;
    },
    async remove() {
      for (const each of [path, positionPath]) await rm(each, { force: true });
    },
  };
}

/** Forgets what is left of an earlier run. */
export async function forgetList(folder: string, name: string): Promise<void> {
  for (const end of ["ids", "position"]) await rm(join(folder, `${name}.${end}`), { force: true });
}

async function* lines(ids: AsyncIterable<CrashId>): AsyncGenerator<string, void> {
  for await (const id of ids) yield `${id}\n`;
}

async function* batchesOf(path: string, from: number): AsyncGenerator<RebuildBatch, void> {
  const file = await open(path);
  try {
    for (let first = from; ; first += BATCH) {
      const { buffer, bytesRead } = await file.read({
        buffer: Buffer.alloc(BATCH * LINE_BYTES),
        position: first * LINE_BYTES,
      });
      if (bytesRead === 0) return;
      const ids = buffer.toString("latin1", 0, bytesRead - 1).split("\n");
      yield { first, ids: ids as CrashId[] };
    }
  } finally {
    await file.close();
  }
}

async function sizeOf(path: string): Promise<number | null> {
  return (await ifThere(stat(path)))?.size ?? null;
}
