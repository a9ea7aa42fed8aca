import { setTimeout as wait } from "node:timers/promises";
import { isAppError } from "#lib/core/errors";

/**
 * Runs a transaction. Operational errors (those whose `transient` is true: the same call may work later) may be tried
 * again; any other error is the caller's at once.
 */
export type TransactionExecutor = <T>(transaction: () => Promise<T>, signal?: AbortSignal) => Promise<T>;

export interface BackoffOptions {
  /** Seconds to wait after the first failure, the second, and so on; 10, 30, 60, 120 and 300 unless given. */
  readonly delaysSeconds?: readonly number[];
  /** While it waits, `onWait` is called at once and then as often as this. */
  readonly waitLogIntervalSeconds?: number;
  readonly onWait?: (secondsLeft: number, error: unknown) => void;
  /** Which of the operational errors are tried again; all of them unless given. */
  readonly isRetried?: (error: unknown) => boolean;
}

const BACKOFF_DELAYS_SECONDS: readonly number[] = [10, 30, 60, 120, 300];

const WAIT_LOG_INTERVAL_SECONDS = 10;

/** Runs a transaction once. */
export const onceExecutor: TransactionExecutor = (transaction, signal) => {
  signal?.throwIfAborted();
  return transaction();
};

/** Tries again after each delay of the list; the failure after the last one is the caller's. */
export function limitedBackoffExecutor(options: BackoffOptions = {}): TransactionExecutor {
  const delays = options.delaysSeconds ?? BACKOFF_DELAYS_SECONDS;
  return (transaction, signal) =>
    retrying(transaction, { ...options, delayAfter: (failures) => delays[failures - 1], signal });
}

/** Tries again for ever; the last delay of the list repeats. */
export function infiniteBackoffExecutor(options: BackoffOptions = {}): TransactionExecutor {
  const delays = options.delaysSeconds ?? BACKOFF_DELAYS_SECONDS;
  const delayAfter = (failures: number) => delays[failures - 1] ?? delays.at(-1);
  return (transaction, signal) => retrying(transaction, { ...options, delayAfter, signal });
}

interface Retrying extends BackoffOptions {
  /** Undefined when it is not tried again. */
  readonly delayAfter: (failures: number) => number | undefined;
  readonly signal: AbortSignal | undefined;
}

async function retrying<T>(transaction: () => Promise<T>, options: Retrying): Promise<T> {
  for (let failures = 1; ; failures += 1) {
    options.signal?.throwIfAborted();
    try {
      return await transaction();
    } catch (error) {
      const isRetried = isAppError(error) && error.transient && (options.isRetried?.(error) ?? true);
      const delay = isRetried ? options.delayAfter(failures) : undefined;
      if (delay === undefined) throw error;
      await sleep(delay, error, options);
    }
  }
}

async function sleep(seconds: number, error: unknown, { waitLogIntervalSeconds, onWait, signal }: Retrying) {
  const step = waitLogIntervalSeconds ?? WAIT_LOG_INTERVAL_SECONDS;
  for (let left = seconds; left > 0; left -= step) {
    onWait?.(left, error);
    await wait(Math.min(left, step) * 1000, undefined, { signal });
  }
}
