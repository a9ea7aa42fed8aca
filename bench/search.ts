import { execFile } from "node:child_process";
import { chmod, mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { inheritedEnvironment } from "#lib/config/config";
import { percentile, type Measurement } from "./measurement";
import { ENGINES, withLoadedIndex, type LoadedIndex } from "./search-index";
import type { SearchFigures, SearchOrder } from "./search-process";
import { withDirectory } from "./workplace";

const ROUNDS = 4;

interface SearchBench {
  readonly crashes: number;
  /** Searches of each kind. */
  readonly questions: number;
  /** A folder whose indices are used when they have as many crashes, and stay for the next time. */
  readonly keep?: string;
  readonly onIndexed: (engine: string, total: number) => void;
}

/**
 * How long Super Search takes over many crashes with each engine, from parameters to the text of the answer, beside the
 * engine's own query by a bare client; and how fast and how large the index is.
 */
export function measureSearch({ keep, ...options }: SearchBench): Promise<readonly Measurement[]> {
  if (keep === undefined) return withDirectory((directory) => measureIn(directory, options));
  return measureIn(resolve(keep), options);
}

async function measureIn(
  directory: string,
  { crashes, questions, onIndexed }: SearchBench,
): Promise<readonly Measurement[]> {
  await mkdir(directory, { recursive: true });
  // Servers that run as another user have their folders in it.
  await chmod(directory, 0o755);
  const measured: Measurement[] = [];
  for (const engine of ENGINES) {
    const { name } = engine;
    const place = { directory, count: crashes, onIndexed: (total: number) => onIndexed(name, total) };
    await withLoadedIndex(engine, place, async (settings, index) => {
      const order = { settings, until: index.until, count: Math.ceil(questions / ROUNDS) };
      const [bare, ours]: [SearchFigures[], SearchFigures[]] = [[], []];
      // In turns, since a machine and a server are not as fast at first as later.
      for (let round = 0; round < ROUNDS; round += 1) {
        bare.push(await ask({ ...order, bare: true, round }));
        ours.push(await ask({ ...order, bare: false, round }));
      }
      measured.push(...indexRows(name, index), ...searchRows(name, joined(ours), joined(bare)));
    });
  }
  return measured;
}

function indexRows(engine: string, { count, seconds, bytes }: LoadedIndex): readonly Measurement[] {
  return [
    { what: `${engine}, indexing`, value: count / seconds, unit: "crashes/s" },
    { what: `${engine}, index`, value: bytes / count, unit: "bytes/crash" },
  ];
}

function searchRows(engine: string, ours: SearchFigures, bare: SearchFigures): readonly Measurement[] {
  const rows = Object.entries(ours.milliseconds).flatMap(([kind, own]) => {
    const others = bare.milliseconds[kind] ?? [];
    const row = (what: string, value: number) => ({ what: `${engine}, ${kind}, ${what}`, value, unit: "ms" });
    return [
      row("p50", percentile(own, 0.5)),
      row("p95", percentile(own, 0.95)),
      row("bare query p50", percentile(others, 0.5)),
      row("bare query p95", percentile(others, 0.95)),
      row("over the bare query", percentile(own, 0.5) - percentile(others, 0.5)),
    ];
  });
  const memory = (what: string, { peakMegabytes: value }: SearchFigures) => ({
    what: `${engine}, peak memory of the process that searches${what}`,
    value,
    unit: "MB",
  });
  return [...rows, memory("", ours), memory(", bare queries", bare)];
}

function joined(rounds: readonly SearchFigures[]): SearchFigures {
  const kinds = Object.keys(rounds[0]?.milliseconds ?? {});
  return {
    milliseconds: Object.fromEntries(
      kinds.map((kind) => [kind, rounds.flatMap(({ milliseconds }) => milliseconds[kind] ?? [])]),
    ),
    peakMegabytes: Math.max(...rounds.map(({ peakMegabytes }) => peakMegabytes)),
  };
}

/** In a process of its own, since the peak of a process's memory is for all that ran in it. */
async function ask(order: SearchOrder): Promise<SearchFigures> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [...process.execArgv, join(import.meta.dirname, "search-process.ts"), JSON.stringify(order)],
    { env: { NODE_ENV: "production", ...inheritedEnvironment() }, maxBuffer: 2 ** 24 },
  );
  return JSON.parse(stdout) as SearchFigures;
}
