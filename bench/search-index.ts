import { readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { concurrently } from "#lib/core/concurrently";
import type { SearchDocument } from "#lib/fields/document";
import { openSearchEngine, type SearchSettings } from "#lib/search/registry";
import { startElasticsearch } from "#test/services/elasticsearch";
import { directoryIn } from "#test/services/service-process";
import { CORPUS_VERSION, generatedDocuments, type CorpusPlan } from "./search-documents";

/** What is in an index; it is noted beside the index once that is complete. */
export interface LoadedIndex extends CorpusPlan {
  readonly version: number;
  readonly seconds: number;
  readonly bytes: number;
}

/** A search engine that is measured. */
interface MeasuredEngine {
  readonly name: string;
  /** Its file or folder in the folder of the measurement. */
  readonly file: string;
  /** Documents that are indexed together, and how often that is under way at a time. */
  readonly batch: number;
  readonly lanes: number;
  /** Runs something with the settings of the engine over that folder. */
  run<T>(directory: string, count: number, work: (settings: SearchSettings) => Promise<T>): Promise<T>;
  bytes(settings: SearchSettings): Promise<number>;
}

const DATA = "elasticsearch";
const LONG_MODE = 2_000_000;

export const ENGINES: readonly MeasuredEngine[] = [
  {
    name: "DuckDB",
    file: "search.duckdb",
    batch: 20_000,
    lanes: 1,
    run: (dataDirectory, _count, work) => work({ dataDirectory }),
    bytes: async ({ dataDirectory }) => (await stat(join(dataDirectory, "search.duckdb"))).size,
  },
  {
    name: "Elasticsearch",
    file: DATA,
    batch: 5_000,
    lanes: 3,
    async run(dataDirectory, count, work) {
      const heap = count > LONG_MODE ? "8g" : count > 200_000 ? "4g" : "1g";
      const server = await startElasticsearch({ heap, data: join(dataDirectory, DATA) });
      try {
        return await work({ dataDirectory, elasticsearchUrl: server.url, elasticsearchIndex: "bench%Y%W" });
      } finally {
        await server.remove();
      }
    },
    async bytes({ elasticsearchUrl: url = "" }) {
      await fetch(`${url}/bench*/_flush?wait_if_ongoing=true`, { method: "POST" });
      const answer = await fetch(`${url}/bench*/_stats/store`);
      const stats = (await answer.json()) as { _all: { primaries: { store: { size_in_bytes: number } } } };
      return stats._all.primaries.store.size_in_bytes;
    },
  },
];

/** Runs something with an engine that has so many generated crashes: those that its folder has already, or new ones. */
export async function withLoadedIndex<T>(
  engine: MeasuredEngine,
  {
    directory,
    count,
    onIndexed,
  }: { readonly directory: string; readonly count: number; readonly onIndexed: (total: number) => void },
  work: (settings: SearchSettings, index: LoadedIndex) => Promise<T>,
): Promise<T> {
  const note = join(directory, `${engine.file}.json`);
  const known = await noted(note);
  const isKnown = known?.count === count && known.version === CORPUS_VERSION;
  if (!isKnown) await makeRoom(directory, engine);
  return engine.run(directory, count, async (settings) => {
    if (isKnown) return work(settings, known);
    const plan = { count, until: Date.now() };
    const seconds = await load(engine, settings, { plan, onIndexed });
    const loaded = { ...plan, version: CORPUS_VERSION, seconds, bytes: await engine.bytes(settings) };
    await writeFile(note, JSON.stringify(loaded));
    return work(settings, loaded);
  });
}

async function noted(note: string): Promise<LoadedIndex | null> {
  const text = await readFile(note, "utf8").catch(() => null);
  return text === null ? null : (JSON.parse(text) as LoadedIndex);
}

async function makeRoom(directory: string, { file }: MeasuredEngine): Promise<void> {
  for (const name of [`${file}.json`, file, `${file}.wal`])
    await rm(join(directory, name), { recursive: true, force: true });
  if (file === DATA) await directoryIn(directory, DATA);
}

/** Seconds until all documents are found; of these only some are in memory at a time. */
async function load(
  { batch, lanes }: MeasuredEngine,
  settings: SearchSettings,
  { plan, onIndexed }: { readonly plan: CorpusPlan; readonly onIndexed: (total: number) => void },
): Promise<number> {
  const search = await openSearchEngine(settings);
  const started = performance.now();
  let total = 0;
  try {
    await concurrently(batches(generatedDocuments(plan), batch), { limit: lanes }, async (documents) => {
      await search.index(documents);
      total += documents.length;
      onIndexed(total);
    });
  } finally {
    await search.close();
  }
  return (performance.now() - started) / 1000;
}

function* batches(documents: Iterable<SearchDocument>, size: number): Generator<readonly SearchDocument[]> {
  let batch: SearchDocument[] = [];
  for (const document of documents) {
    batch.push(document);
    if (batch.length < size) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
