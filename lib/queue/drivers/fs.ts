import { mkdir, open, readdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { CrashId } from "#lib/core/crash-id";
import { StorageUnavailable } from "#lib/core/errors";
import { syncDirectory } from "#lib/files/durable-files";
import type { CrashQueue, Delivery, QueueDepths, QueueName } from "#lib/queue/queue";
import { QUEUE_NAMES } from "#lib/queue/queue";
import { entryFile, parseEntryFile, type Entry } from "./fs-entry";

/** How long an idle consumer waits before it looks for tasks that another process put there. */
const RESCAN_SECONDS = 5;

interface Lane {
  readonly queue: QueueName;
  readonly directory: string;
  /** Oldest first. */
  readonly waiting: Entry[];
  /** File names that are waiting, delayed or handed out. */
  readonly known: Set<string>;
  readonly taken: Set<string>;
}

/**
 * A queue of empty files, one per task, whose names say everything: when, which crash, which
 * ruleset, how many attempts. Whatever is in the folder when the process starts is to be done, so a
 * restart goes on exactly where a kill interrupted. Any process may publish; one process consumes.
 */
export async function fsQueue(root: string): Promise<CrashQueue> {
  const lanes = QUEUE_NAMES.map((queue): Lane => {
    return { queue, directory: join(root, queue), waiting: [], known: new Set(), taken: new Set() };
  });
  for (const { directory } of lanes) await mkdir(directory, { recursive: true });
  await Promise.all([root, dirname(root)].map(syncDirectory));
  await Promise.all(lanes.map(scan));

  const delays = new Set<NodeJS.Timeout>();
  let sequence = 0;
  let wake: () => void = () => undefined;

  const add = (lane: Lane, entry: Entry) => {
    lane.known.add(entryFile(entry));
    lane.waiting.push(entry);
    wake();
  };

  return {
    name: "fs",
    async publish(queue, tasks) {
      const lane = laneOf(lanes, queue);
      const entries = tasks.map((task): Entry => ({
        at: Date.now(),
        sequence: sequence++,
        task,
        attempt: 0,
      }));
      await createEntries(lane.directory, entries.map(entryFile));
      for (const entry of entries) add(lane, entry);
    },
    async *deliveries(signal) {
      while (!signal.aborted) {
        const lane = lanes.find(({ waiting }) => waiting.length > 0);
        const entry = lane?.waiting.shift();
        if (lane && entry) {
          const delivery = await handOut(lane, entry, (later, afterSeconds) => {
            const timer = setTimeout(() => {
              delays.delete(timer);
              add(lane, later);
            }, afterSeconds * 1000);
            delays.add(timer);
          });
          if (delivery) yield delivery;
        } else {
          await idle(signal, (wakeUp) => (wake = wakeUp));
          if (!lanes.some(({ waiting }) => waiting.length > 0)) await Promise.all(lanes.map(scan));
        }
      }
    },
    depths: () => Promise.resolve(depthsOf(lanes)),
    peek: async (queue, limit) =>
      (await entriesIn(laneOf(lanes, queue))).slice(0, limit).map(({ task }) => task),
    withdraw: (id) => withdrawFromAll(lanes, id),
    close() {
      for (const timer of delays) clearTimeout(timer);
      return Promise.resolve();
    },
  };
}

/** Adds the tasks that are in the folder and not yet known, in order. */
async function scan(lane: Lane): Promise<void> {
  const files = (await readdir(lane.directory)).filter((file) => !lane.known.has(file)).sort();
  for (const file of files) {
    const entry = parseEntryFile(file);
    if (!entry) continue;
    lane.known.add(file);
    lane.waiting.push(entry);
  }
}

/** The tasks whose files are there and that this process has not handed out, oldest first. */
async function entriesIn({ directory, taken }: Lane): Promise<readonly Entry[]> {
  const files = (await readdir(directory)).filter((file) => !taken.has(file)).sort();
  return files.flatMap((file) => parseEntryFile(file) ?? []);
}

async function withdrawFromAll(lanes: readonly Lane[], id: CrashId): Promise<number> {
  const withdrawn = await Promise.all(lanes.map((lane) => withdrawFrom(lane, id)));
  return withdrawn.reduce((sum, count) => sum + count, 0);
}

/** A task whose file is gone is not handed out any more, here or by another process. */
async function withdrawFrom(lane: Lane, id: CrashId): Promise<number> {
  const files = (await entriesIn(lane)).filter(({ task }) => task.id === id).map(entryFile);
  for (const file of files) {
    await rm(join(lane.directory, file), { force: true });
    lane.known.delete(file);
  }
  if (files.length > 0) await syncDirectory(lane.directory);
  return files.length;
}

/** Null when the task is no longer there. */
async function handOut(
  lane: Lane,
  entry: Entry,
  later: (entry: Entry, afterSeconds: number) => void,
): Promise<Delivery | null> {
  const counted: Entry = { ...entry, attempt: entry.attempt + 1 };
  const file = entryFile(counted);
  if (!(await renameEntry(lane, entry, counted))) return null;
  lane.taken.add(file);

  return {
    task: entry.task,
    queue: lane.queue,
    attempt: counted.attempt,
    async done() {
      await rm(join(lane.directory, file), { force: true });
      lane.taken.delete(file);
      lane.known.delete(file);
    },
    async retry(afterSeconds, options) {
      const again = options?.uncounted ? entry : counted;
      if (options?.uncounted) await renameEntry(lane, counted, entry);
      lane.taken.delete(file);
      later(again, afterSeconds);
    },
  };
}

/** Renames the file of a task and keeps the old or new name known. False when there is no such file. */
async function renameEntry(lane: Lane, from: Entry, to: Entry): Promise<boolean> {
  lane.known.add(entryFile(to));
  try {
    await rename(join(lane.directory, entryFile(from)), join(lane.directory, entryFile(to)));
    return true;
  } catch (error) {
    lane.known.delete(entryFile(to));
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return false;
    throw error;
  } finally {
    lane.known.delete(entryFile(from));
  }
}

/** Until there may be work: a publish, a retry that is due, the rescan time, or the end. */
function idle(signal: AbortSignal, onWake: (wakeUp: () => void) => void): Promise<void> {
  return new Promise((resolve) => {
    const wakeUp = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", wakeUp);
      resolve();
    };
    const timer = setTimeout(wakeUp, RESCAN_SECONDS * 1000);
    signal.addEventListener("abort", wakeUp, { once: true });
    onWake(wakeUp);
    if (signal.aborted) wakeUp();
  });
}

function laneOf(lanes: readonly Lane[], queue: QueueName): Lane {
  const lane = lanes.find((candidate) => candidate.queue === queue);
  if (!lane) throw new RangeError(`There is no queue ${queue}.`);
  return lane;
}

function depthsOf(lanes: readonly Lane[]): QueueDepths {
  const entries = lanes.map(
    ({ queue, known, taken }) => [queue, { waiting: known.size - taken.size, taken: taken.size }] as const,
  );
  return Object.fromEntries(entries) as QueueDepths;
}

/** All files or none: what was created before a failure is taken back. */
async function createEntries(directory: string, files: readonly string[]): Promise<void> {
  const paths = files.map((file) => join(directory, file));
  try {
    for (const path of paths) await (await open(path, "wx")).close();
    await syncDirectory(directory);
  } catch (cause) {
    await Promise.allSettled(paths.map((path) => rm(path, { force: true })));
    const code = (cause as NodeJS.ErrnoException).code ?? "unknown";
    throw new StorageUnavailable(`The queue folder cannot be written: ${code}.`, { cause });
  }
}
