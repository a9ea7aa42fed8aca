import { Tinypool } from "tinypool";
import type { Outcome, ProcessedFacts } from "#lib/processor/outcome";
import { inheritedEnvironment } from "#lib/config/config";
import { planStorage, savesIntoSearchIndex } from "#lib/crashstorage/plan";
import type { Database } from "#lib/db/database";
import { forgetFailedCrashes, noteFailedCrash } from "#lib/db/failed-crashes";
import { noteMissingSymbols, type BlindCrash } from "#lib/db/missing-symbols";
import { noteProducts } from "#lib/db/products";
import { noteSightings, type Sighting } from "#lib/db/signatures";
import type { IndexValue, SearchDocument } from "#lib/fields/document";
import { createIndexer } from "#lib/processor/indexer";
import { startProcessor, type Processor } from "#lib/processor/processor";
import type { Services } from "#lib/services";

/** Crashes that may wait for their batch to be indexed, beside those in work. */
const BEING_INDEXED = 16;

/** Seconds before attempt n+1; the last one repeats. */
const RETRY_DELAYS_SECONDS = [1, 10, 60, 300] as const;

/**
 * Processes crashes in processes beside this one: starting a stackwalker from a small process is cheap,
 * and what a hostile dump makes of one stays in it. With no workers configured it does nothing.
 */
export function startProcessorWorkers(services: Services): Processor {
  const { config, queue, database, search, log } = services;
  if (config.processorWorkers === 0) return { stop: () => Promise.resolve() };
  const isIndexed = savesIntoSearchIndex(planStorage(config.crashStorage, config), config);
  const pool = new Tinypool({
    filename: new URL("./processor-worker.js", import.meta.url).href,
    name: "run",
    runtime: "child_process",
    minThreads: config.processorWorkers,
    maxThreads: config.processorWorkers,
    env: inheritedEnvironment(),
  });
  const processor = startProcessor({
    queue,
    work: (work) => pool.run(work) as Promise<Outcome>,
    indexer: createIndexer(async (crashes) => {
      const documents = crashes.map(({ document }) => document);
      if (!isIndexed) await search.index(documents);
      await keepSightings(database, documents);
      await noteMissingSymbols(database, crashes.map(blindCrash));
    }),
    concurrency: config.processorWorkers * 2 + BEING_INDEXED,
    maxAttempts: config.processorMaxAttempts,
    retryDelaySeconds: (attempt) =>
      RETRY_DELAYS_SECONDS[Math.min(attempt, RETRY_DELAYS_SECONDS.length) - 1] ?? 1,
    onGivenUp: ({ task, attempt }, reason) =>
      noteFailedCrash(database, { crashId: task.id, attempts: attempt, reason, failedAt: new Date() }),
    log: log.child({ part: "processor" }),
  });
  return {
    async stop() {
      await processor.stop();
      await pool.destroy();
    },
  };
}

/** The products and signatures that processed crashes bring. */
async function keepSightings(database: Database, documents: readonly SearchDocument[]): Promise<void> {
  await noteProducts(
    database,
    new Set(documents.map(({ product }) => product).filter((product) => typeof product === "string")),
    new Date(),
  );
  await noteSightings(database, documents.map(sightingOf));
  await forgetFailedCrashes(
    database,
    documents.map(({ uuid }) => uuid),
  );
}

function blindCrash({ document, blindingModules: modules }: ProcessedFacts): BlindCrash {
  const { uuid: crashId, signature, date, product, version } = document;
  return { crashId, signature, date, product: textOf(product), version: textOf(version), modules };
}

function textOf(value: IndexValue | undefined): string {
  return typeof value === "string" ? value : "";
}

function sightingOf({ signature, date, build_id: build }: SearchDocument): Sighting {
  return { signature, date: new Date(date), build: typeof build === "number" ? BigInt(build) : null };
}
