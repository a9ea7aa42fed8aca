import type { Logger } from "pino";
import { isAppError, StorageUnavailable } from "#lib/core/errors";
import type { ProcessorMetrics } from "#lib/monitoring/processor-metrics";
import type { CrashQueue, Delivery } from "#lib/queue/queue";
import type { TransactionExecutor } from "#lib/transaction/executor";
import type { Indexer } from "./indexer";
import type { Outcome, Processed, Work } from "./outcome";

/** How long the queue keeps a crash to which the executor's patience was not enough. */
const POSTPONED_SECONDS = 300;

export interface ProcessorOptions {
  readonly queue: CrashQueue;
  /** Does one piece of work; never throws for a crash's sake, may throw when a worker dies. */
  readonly work: (work: Work) => Promise<Outcome>;
  readonly indexer: Indexer;
  /** Crashes in work at the same time. */
  readonly concurrency: number;
  readonly maxAttempts: number;
  /** Seconds to wait after attempt n failed for the crash's own fault. */
  readonly retryDelaySeconds: (attempt: number) => number;
  /** Waits while a store is away. */
  readonly execute: TransactionExecutor;
  /** Keeps that a crash was given up, after it was indexed: indexing a crash forgets that it ever was. */
  readonly onGivenUp: (delivery: Delivery, reason: string) => Promise<void>;
  readonly metrics: ProcessorMetrics;
  readonly log: Logger;
}

/** A running processor. */
export interface Processor {
  /** False when the queue could not be read any longer: then nothing is processed. */
  isRunning(): boolean;
  /** Takes no further crash; resolves when those in work are finished. */
  stop(): Promise<void>;
}

/**
 * Takes crashes from the queue and has them processed, saved and indexed, some at a time. A crash
 * leaves the queue only when it can be found by search. One that fails for its own fault is tried
 * again up to `maxAttempts` times and then kept as failed. For a fault that is not the crash's (a store that is away) the
 * crash waits in work, so that no other is taken meanwhile, for as long as the executor has patience; then it goes back
 * into the queue. That is never counted.
 */
export function startProcessor(options: ProcessorOptions): Processor {
  const stopping = new AbortController();
  const inWork = new Set<Promise<void>>();

  const loop = async () => {
    for await (const delivery of options.queue.deliveries(stopping.signal)) {
      const job = handle(delivery, options, stopping.signal).finally(() => inWork.delete(job));
      inWork.add(job);
      if (inWork.size >= options.concurrency) await Promise.race(inWork);
    }
    await Promise.all(inWork);
  };
  const running = loop();
  let isRunning = true;
  running.catch((error: unknown) => {
    isRunning = false;
    options.log.fatal({ error }, "the queue cannot be read; processing has stopped");
  });

  return {
    isRunning: () => isRunning,
    async stop() {
      stopping.abort();
      await running;
    },
  };
}

async function handle(delivery: Delivery, options: ProcessorOptions, signal: AbortSignal): Promise<void> {
  const { task, attempt } = delivery;
  const log = options.log.child({ crashId: task.id, queue: delivery.queue, attempt });
  const { metrics } = options;
  const started = performance.now();
  metrics.begun();
  let ended = "postponed";
  try {
    const patiently = <T>(work: () => Promise<T>) => waitingForStores(work, options.execute, signal);
    const { outcome, givenUp } = await patiently(() => attemptWork(delivery, options));
    ended = givenUp !== null && outcome.kind === "processed" ? "given-up" : outcome.kind;
    if (outcome.kind === "failed") {
      log.error({ reason: outcome.reason, detail: outcome.detail }, "processing failed");
      await delivery.retry(options.retryDelaySeconds(attempt));
    } else if (outcome.kind === "unknown") {
      await delivery.done();
      log.warn("no raw crash is stored under this id; dropped from the queue");
    } else await keep(outcome, { delivery, givenUp, options, log, patiently });
  } catch (error) {
    ended = "postponed";
    log.error({ err: error }, "a fault that is not the crash's; it will be tried again");
    await delivery.retry(signal.aborted ? 0 : POSTPONED_SECONDS, { uncounted: true });
  } finally {
    metrics.ended(ended, (performance.now() - started) / 1000);
  }
}

/** Makes what was processed searchable, and only then takes it from the queue. */
async function keep(
  processed: Processed,
  {
    delivery,
    givenUp,
    options: { indexer, metrics, onGivenUp },
    log,
    patiently,
  }: Pick<Attempted, "givenUp"> & {
    readonly delivery: Delivery;
    readonly options: ProcessorOptions;
    readonly log: Logger;
    readonly patiently: <T>(work: () => Promise<T>) => Promise<T>;
  },
): Promise<void> {
  const { document, seconds, undeclared } = processed;
  const started = performance.now();
  await patiently(() =>
    indexer.add(processed).catch((cause: unknown) => {
      throw isAppError(cause) && cause.transient
        ? cause
        : new StorageUnavailable("indexing failed", { cause });
    }),
  );
  if (givenUp !== null) await patiently(() => onGivenUp(delivery, givenUp));
  const timings = { ...seconds, index: (performance.now() - started) / 1000 };
  await delivery.done();
  metrics.timed(timings);
  metrics.undeclared(undeclared.length);
  if (delivery.queue === "standard") metrics.ingested((Date.now() - Date.parse(document.date)) / 1000);
  log.info({ signature: document.signature }, "processed");
  log.debug({ seconds: timings, undeclared }, "time of each stage");
}

/**
 * Does work that stores are needed for. When one is away it is done again: at once, since a connection may just have been
 * closed, and then by the executor. What has begun ends also while the processor stops; only the waiting is cut short.
 */
async function waitingForStores<T>(
  work: () => Promise<T>,
  execute: TransactionExecutor,
  signal: AbortSignal,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isAppError(error) || !error.transient) throw error;
    return execute(work, signal);
  }
}

/** What came of one attempt. */
interface Attempted {
  readonly outcome: Outcome;
  /** Why the crash is tried no more; null while it is. */
  readonly givenUp: string | null;
}

/**
 * The last allowed attempt may be the one that killed the process: beyond it the crash is only given up. Throws
 * StorageUnavailable when a fault that is not the crash's kept the work from being done.
 */
async function attemptWork(delivery: Delivery, options: ProcessorOptions): Promise<Attempted> {
  const { task, attempt } = delivery;
  if (attempt > options.maxAttempts) return giveUp(delivery, options, "processing it ended this program");
  const outcome = await doWork(options, { kind: "process", task });
  const isLastTime = outcome.kind === "failed" && attempt >= options.maxAttempts;
  return isLastTime ? giveUp(delivery, options, outcome.reason) : { outcome, givenUp: null };
}

async function giveUp(delivery: Delivery, options: ProcessorOptions, reason: string): Promise<Attempted> {
  const attempts = Math.min(delivery.attempt, options.maxAttempts);
  const outcome = await doWork(options, { kind: "give-up", task: delivery.task, attempts, reason });
  if (outcome.kind === "failed") throw new StorageUnavailable(`${outcome.reason}: ${outcome.detail}`);
  return { outcome, givenUp: reason };
}

/** Throws StorageUnavailable for a fault that is not the crash's. */
async function doWork(options: ProcessorOptions, work: Work): Promise<Outcome> {
  const outcome = await options.work(work).catch(workerEnded);
  if (outcome.kind === "failed" && outcome.transient)
    throw new StorageUnavailable(outcome.reason, { cause: new Error(outcome.detail) });
  return outcome;
}

function workerEnded(error: unknown): Outcome {
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return {
    kind: "failed",
    transient: false,
    reason: "a processor worker ended while working on it",
    detail,
  };
}
