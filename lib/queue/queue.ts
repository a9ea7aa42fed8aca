import type { CrashId } from "#lib/core/crash-id";
import { BadArgument } from "#lib/core/errors";

/** In the order in which they are emptied. */
export const QUEUE_NAMES = ["priority", "standard", "reprocessing"] as const;

/** `standard`: from the collector; `priority`: somebody is looking; `reprocessing`: asked for again. */
export type QueueName = (typeof QUEUE_NAMES)[number];

/** What Socorro called the queues. */
const OTHER_NAMES: Readonly<Record<string, QueueName>> = {
  normal: "standard",
  "socorro.normal": "standard",
  "socorro.standard": "standard",
  "socorro.priority": "priority",
  "socorro.reprocessing": "reprocessing",
};

/** The queue of a name, also one that Socorro used. Throws BadArgument for a name that no queue has. */
export function parseQueueName(text: string): QueueName {
  const known = QUEUE_NAMES.find((name) => name === text);
  const found = known ?? (Object.hasOwn(OTHER_NAMES, text) ? OTHER_NAMES[text] : undefined);
  if (found) return found;
  const accepted = [...QUEUE_NAMES, ...Object.keys(OTHER_NAMES)].join(", ");
  throw new BadArgument(`There is no queue "${text}". Accepted: ${accepted}.`);
}

/** Processing to be done: which crash, and by which ruleset. */
export interface CrashTask {
  readonly id: CrashId;
  readonly ruleset: string;
}

/** A task handed out. It comes again, to this or another consumer, until `done` has resolved. */
export interface Delivery {
  readonly task: CrashTask;
  readonly queue: QueueName;
  /** 1 the first time; one more each time it is handed out, also after a kill in between. */
  readonly attempt: number;
  /**
   * The work is finished and durable: never hand this out again. Resolves even when a broker can no longer be told,
   * because the connection broke: it hands the task out again, and the work, which may be repeated, is repeated.
   */
  done(): Promise<void>;
  /**
   * Hand it out again, not before `afterSeconds` from now, an hour at most. With `uncounted`, the attempt that
   * just failed is not held against the task (the fault was not the task's). When a broker can no longer be told, it
   * hands the task out at once, and counts the attempt.
   */
  retry(afterSeconds: number, options?: { readonly uncounted?: boolean }): Promise<void>;
}

/** How much waits, null when the broker does not tell, and how much this process works on, per queue. */
export type QueueDepths = Readonly<
  Record<QueueName, { readonly waiting: number | null; readonly taken: number }>
>;

/**
 * Hands crash ids from those who save crashes to those who process them, at least once each.
 * After `publish` has resolved, its tasks survive a kill of the process and a loss of power.
 * A task that is published while it is in work may share the work instead of being handed out beside it.
 *
 * Every implementation runs `crashQueueContract` of conformance.ts.
 */
export interface CrashQueue {
  readonly name: string;
  /** Throws a transient error when the queue cannot be reached. Some of several tasks may have been published then. */
  publish(queue: QueueName, tasks: readonly CrashTask[]): Promise<void>;
  /** Tasks as they come: priority first, then standard, then reprocessing, oldest first. Ends when `signal` is aborted. */
  deliveries(signal: AbortSignal): AsyncIterable<Delivery>;
  depths(): Promise<QueueDepths>;
  /** The tasks that wait, oldest first, without taking them; only of queues that can look. */
  peek?(queue: QueueName, limit: number): Promise<readonly CrashTask[]>;
  /** Takes every task of a crash out that is not being worked on, and says how many; only of queues that can. */
  withdraw?(id: CrashId): Promise<number>;
  close(): Promise<void>;
}
