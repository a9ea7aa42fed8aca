import type { Logger } from "pino";
import type { CrashQueue, Delivery } from "#lib/queue/queue";
import type { Indexer } from "./indexer";
import type { Outcome, Work } from "./outcome";

export interface ProcessorOptions {
  readonly queue: CrashQueue;
  /** Does one piece of work; never throws for a crash's sake, may throw when a worker dies. */
  readonly work: (work: Work) => Promise<Outcome>;
  readonly indexer: Indexer;
  /** Crashes in work at the same time. */
  readonly concurrency: number;
  readonly maxAttempts: number;
  /** Seconds to wait after attempt n failed. */
  readonly retryDelaySeconds: (attempt: number) => number;
  /** Keeps that a crash was given up. */
  readonly onGivenUp: (delivery: Delivery, reason: string) => Promise<void>;
  readonly log: Logger;
}

/** A running processor. */
export interface Processor {
  /** Takes no further crash; resolves when those in work are finished. */
  stop(): Promise<void>;
}

/**
 * Takes crashes from the queue and has them processed, saved and indexed, some at a time. A crash
 * leaves the queue only when it can be found by search. One that fails for its own fault is tried
 * again up to `maxAttempts` times and then kept as failed; a fault that is not the crash's (a store
 * that is away) is retried without end and not counted.
 */
export function startProcessor(options: ProcessorOptions): Processor {
  const stopping = new AbortController();
  const inWork = new Set<Promise<void>>();

  const loop = async () => {
    for await (const delivery of options.queue.deliveries(stopping.signal)) {
      const job = handle(delivery, options).finally(() => inWork.delete(job));
      inWork.add(job);
      if (inWork.size >= options.concurrency) await Promise.race(inWork);
    }
    await Promise.all(inWork);
  };
  const running = loop();
  running.catch((error: unknown) =>
    options.log.fatal({ error }, "the queue cannot be read; processing has stopped"),
  );

  return {
    async stop() {
      stopping.abort();
      await running;
    },
  };
}

async function handle(delivery: Delivery, options: ProcessorOptions): Promise<void> {
  const { task, attempt } = delivery;
  const log = options.log.child({ crashId: task.id, queue: delivery.queue, attempt });
  const outcome = await attemptWork(delivery, options);
  try {
    switch (outcome.kind) {
      case "processed":
        await options.indexer.add(outcome);
        await delivery.done();
        log.info({ signature: outcome.document.signature }, "processed");
        return;
      case "unknown":
        await delivery.done();
        log.warn("no raw crash is stored under this id; dropped from the queue");
        return;
      case "failed":
        log.error(
          { reason: outcome.reason, detail: outcome.detail, transient: outcome.transient },
          "processing failed",
        );
        await delivery.retry(options.retryDelaySeconds(attempt), { uncounted: outcome.transient });
    }
  } catch (error) {
    log.error({ error }, "the result could not be kept; the crash will be tried again");
    await delivery.retry(options.retryDelaySeconds(attempt), { uncounted: true });
  }
}

/** The last allowed attempt may be the one that killed the process: beyond it the crash is only given up. */
async function attemptWork(delivery: Delivery, options: ProcessorOptions): Promise<Outcome> {
  const { task, attempt } = delivery;
  if (attempt > options.maxAttempts) return giveUp(delivery, options, "processing it ended this program");
  const outcome = await doWork(options, { kind: "process", task });
  const lastTime = outcome.kind === "failed" && !outcome.transient && attempt >= options.maxAttempts;
  return lastTime ? giveUp(delivery, options, outcome.reason) : outcome;
}

async function giveUp(delivery: Delivery, options: ProcessorOptions, reason: string): Promise<Outcome> {
  const attempts = Math.min(delivery.attempt, options.maxAttempts);
  const outcome = await doWork(options, { kind: "give-up", task: delivery.task, attempts, reason });
  if (outcome.kind === "processed") await options.onGivenUp(delivery, reason);
  return outcome.kind === "failed" ? { ...outcome, transient: true } : outcome;
}

async function doWork(options: ProcessorOptions, work: Work): Promise<Outcome> {
  try {
    return await options.work(work);
  } catch (error) {
    const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return {
      kind: "failed",
      transient: false,
      reason: "a processor worker ended while working on it",
      detail,
    };
  }
}
