import { execFile } from "node:child_process";
import { appendFile, cp, readdir } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { promisify } from "node:util";
import { concurrently } from "#lib/core/concurrently";
import { findExecutable } from "#lib/config/find-executable";
import { SYMBOLS } from "#test/server-process";
import { submit, superSearch } from "#test/send-crash";
import { REAL_CRASHES } from "./searchable";
import type { Measurement } from "./measurement";
import { residentMegabytes, slope } from "./resident-memory";
import { withDirectory, withServer } from "./workplace";

export interface ProcessorOptions {
  readonly count: number;
  /** How often the resident memory is read, in crashes. */
  readonly step: number;
  readonly onMemory: (processed: number, megabytes: number) => void;
}

const SENDERS = 8;
const LOOK_AGAIN_MS = 100;
const WALKED_ALONE = 200;
/** Functions that a program of some 10 MB of symbols has. */
const MADE_UP_FUNCTIONS = 150_000;

/**
 * How many real crashes are processed and indexed a second, from a queue that was filled beforehand, beside the stackwalker
 * alone over the same dumps and symbols with as many runs at a time; and what becomes of the resident memory. The
 * fixtures' symbols are cut to what is needed, so walking takes 5 ms and everything else stands out; with symbols of the
 * size that programs have it is a share.
 */
export async function measureProcessor(options: ProcessorOptions): Promise<readonly Measurement[]> {
  return withDirectory(async (directory) => {
    const large = join(directory, "symbols");
    await largeSymbols(large);
    return [
      ...(await beside("small symbols", SYMBOLS, options)),
      ...(await beside("symbols of 10 MB", large, { ...options, count: Math.min(options.count, 200) })),
    ];
  });
}

async function beside(
  what: string,
  symbols: string,
  options: ProcessorOptions,
): Promise<readonly Measurement[]> {
  const cores = availableParallelism();
  const alone = (await walkAlone(symbols)) / cores;
  const { perSecond, memory } = await emptyQueue(symbols, options);
  const processed = perSecond / cores;
  const afterWarmUp = memory.slice(Math.floor(memory.length / 3));
  return [
    { what: `${what}: minidump-stackwalk alone`, value: alone, unit: "crashes/s per core" },
    { what: `${what}: processed`, value: processed, unit: "crashes/s per core" },
    { what: `${what}: overhead`, value: (alone / processed - 1) * 100, unit: "%" },
    { what: `${what}: overhead`, value: (1 / processed - 1 / alone) * 1000, unit: "ms of a core per crash" },
    { what: `${what}: resident memory at the end`, value: memory.at(-1) ?? 0, unit: "MB" },
    {
      what: `${what}: growth of it after the first third`,
      value: (slope(afterWarmUp) * 1000) / options.step,
      unit: "MB per 1,000 crashes",
    },
  ];
}

/** Runs a second, as many at a time as the machine has cores. */
async function walkAlone(symbols: string): Promise<number> {
  const command = await findExecutable("minidump-stackwalk");
  if (command === null) throw new Error("minidump-stackwalk is not installed");
  const started = performance.now();
  await concurrently(Array(WALKED_ALONE).keys(), { limit: availableParallelism() }, async (index) => {
    const dump = `test/fixtures/crashes/${crashNumber(index)}.dmp`;
    await promisify(execFile)(command, ["--json", `--symbols-path=${symbols}`, dump], { maxBuffer: 2 ** 26 });
  });
  return (1000 * WALKED_ALONE) / (performance.now() - started);
}

function emptyQueue(
  symbols: string,
  { count, step, onMemory }: ProcessorOptions,
): Promise<{ readonly perSecond: number; readonly memory: readonly number[] }> {
  return withDirectory(async (directory) => {
    await withServer(directory, (url) => send(url, count), { PROCESSOR_WORKERS: "0" });
    const work = async (url: string, pid: number) => {
      const started = performance.now();
      const before = await indexed(url);
      const memory: number[] = [];
      for (let done = before; done < count; done = await indexed(url)) {
        if (done >= (memory.length + 1) * step) {
          memory.push(await residentMegabytes(pid));
          onMemory(done, memory.at(-1) ?? 0);
        }
        await wait(LOOK_AGAIN_MS);
      }
      const perSecond = ((count - before) * 1000) / (performance.now() - started);
      return { perSecond, memory: [...memory, await residentMegabytes(pid)] };
    };
    return withServer(directory, (url, { pid }) => work(url, pid), { SYMBOLS_PATHS: symbols });
  });
}

function send(url: string, count: number): Promise<void> {
  return concurrently(Array(count).keys(), { limit: SENDERS }, async (index) => {
    const annotations = { ProductName: "Kestrel", Version: "130.0", ReleaseChannel: "release" };
    await submit(url, { ...annotations, UptimeTS: String(index) }, crashNumber(index));
  });
}

function crashNumber(index: number): string {
  return REAL_CRASHES[index % REAL_CRASHES.length] ?? REAL_CRASHES[0];
}

async function indexed(url: string): Promise<number> {
  return (await superSearch(url, "_results_number=0&_facets_size=0")).total;
}

/** The fixtures' symbols, those of the crashing programs followed by functions that are nowhere on a stack. */
async function largeSymbols(directory: string): Promise<void> {
  await cp(SYMBOLS, directory, { recursive: true });
  const functions = Array.from(
    { length: MADE_UP_FUNCTIONS },
    (_, index) =>
      `FUNC ${(0x10000000 + index * 32).toString(16)} 20 0 made_up::Class${index % 997}::method_${index}(int)\n` +
      `${(0x10000000 + index * 32).toString(16)} 20 ${index % 5000} 0\n`,
  ).join("");
  const files = await readdir(directory, { recursive: true });
  for (const file of files.filter((name) => name.startsWith("kestrel") && name.endsWith(".sym")))
    await appendFile(join(directory, file), functions);
}
