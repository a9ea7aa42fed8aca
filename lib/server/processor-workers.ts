import { Tinypool } from "tinypool";
import type { Outcome } from "#lib/processor/outcome";
import { inheritedEnvironment } from "#lib/config/config";
import { noteFailedCrash } from "#lib/db/failed-crashes";
import { createIndexer } from "#lib/processor/indexer";
import type { Metrics } from "#lib/monitoring/metrics";
import { processorMetrics } from "#lib/monitoring/processor-metrics";
import { startProcessor, type Processor } from "#lib/processor/processor";
import type { Services } from "#lib/services";
import { limitedBackoffExecutor } from "#lib/transaction/executor";
import { processedKeeper } from "./keep-processed";

/** Crashes that may wait for their batch to be indexed, beside those in work. */
const BEING_INDEXED = 16;

/** A worker that holds more after a crash is replaced. */
const RECYCLED_WORKER_BYTES = 512 * 1024 * 1024;

/** Seconds before attempt n+1; the last one repeats. */
const RETRY_DELAYS_SECONDS = [1, 10, 60, 300] as const;

/**
 * Processes crashes in processes beside this one: starting a stackwalker from a small process is cheap,
 * and what a hostile dump makes of one stays in it. With no workers configured it does nothing.
 */
export function startProcessorWorkers(services: Services, { registry }: Metrics): Processor {
  const { config, queue, database, log } = services;
  if (config.processorWorkers === 0) return { isRunning: () => true, stop: () => Promise.resolve() };
  const pool = new Tinypool({
    filename: new URL("./processor-worker.js", import.meta.url).href,
    name: "run",
    runtime: "child_process",
    minThreads: config.processorWorkers,
    maxThreads: config.processorWorkers,
    env: inheritedEnvironment(),
    maxMemoryLimitBeforeRecycle: RECYCLED_WORKER_BYTES,
  });
  const processorLog = log.child({ part: "processor" });
  const processor = startProcessor({
    queue,
    work: (work) => pool.run(work) as Promise<Outcome>,
    indexer: createIndexer(processedKeeper(services)),
    concurrency: config.processorWorkers * 2 + BEING_INDEXED,
    maxAttempts: config.processorMaxAttempts,
    retryDelaySeconds: (attempt) =>
      RETRY_DELAYS_SECONDS[Math.min(attempt, RETRY_DELAYS_SECONDS.length) - 1] ?? 1,
    onGivenUp: ({ task, attempt }, reason) =>
      noteFailedCrash(database, { crashId: task.id, attempts: attempt, reason, failedAt: new Date() }),
    execute: limitedBackoffExecutor({
      onWait: (secondsLeft, error) =>
        processorLog.warn({ err: error, secondsLeft }, "a store is away; a crash waits in work"),
    }),
    metrics: processorMetrics(registry),
    log: processorLog,
  });
  return {
    ...processor,
    async stop() {
      await processor.stop();
      await pool.destroy();
    },
  };
}
