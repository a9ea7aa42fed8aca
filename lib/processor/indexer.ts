import { setTimeout as delay } from "node:timers/promises";
import type { ProcessedFacts } from "./outcome";

/** Puts crashes into the search index and the database, many at a time. */
export interface Indexer {
  /** Resolves when the crash is found by search; throws what the index threw. */
  add(facts: ProcessedFacts): Promise<void>;
}

const MAXIMUM_BATCH = 500;

interface Waiting {
  readonly facts: ProcessedFacts;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Least time from the start of one write to the start of the next. A write costs nearly the same for one as for many. */
const INTERVAL_MS = 100;

/**
 * Batches crashes: a lone one is indexed at once, and under load one write serves all that came since
 * the last.
 */
export function createIndexer(write: (crashes: readonly ProcessedFacts[]) => Promise<void>): Indexer {
  const waiting: Waiting[] = [];
  let writing = false;

  const flush = async () => {
    writing = true;
    while (waiting.length > 0) {
      const rest = delay(INTERVAL_MS);
      const batch = waiting.splice(0, MAXIMUM_BATCH);
      try {
        await write(batch.map(({ facts }) => facts));
        for (const { resolve } of batch) resolve();
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
      await rest;
    }
    writing = false;
  };

  return {
    add: (facts) =>
      new Promise((resolve, reject) => {
        waiting.push({ facts, resolve, reject });
        if (!writing) void flush();
      }),
  };
}
