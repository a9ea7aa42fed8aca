import type { CrashTask, QueueName } from "./queue";

/** A task on its way to the broker. */
export interface OutgoingTask {
  readonly task: CrashTask;
  /** Attempts that count against it already. */
  readonly attemptsBefore: number;
  /** It must not be received before as many seconds have passed. */
  readonly delaySeconds: number;
}

/** A message that the broker keeps until it is acknowledged, and gives to somebody else if it never is. */
export interface BrokerMessage {
  readonly queue: QueueName;
  readonly text: string;
  readonly attemptsBefore: number;
  /** False when the connection it came by is gone: the broker will give it out again whatever we say. */
  isHeld(): boolean;
  /** Never give it out again. Resolves, in vain, when it is no longer held. */
  acknowledge(): Promise<void>;
  /** Give it out again, now. Resolves, in vain, when it is no longer held. */
  release(): Promise<void>;
}

/** A message broker with one queue per name; `brokerQueue` makes a CrashQueue of it. */
export interface Broker {
  readonly name: string;
  /** Throws CrashIdsFailedToPublish, which lists what the broker has not confirmed. */
  send(queue: QueueName, tasks: readonly OutgoingTask[]): Promise<void>;
  /** The next message, priority first; waits for one. Null when aborted. Throws StorageUnavailable when the broker is away. */
  receive(signal: AbortSignal): Promise<BrokerMessage | null>;
  /** Messages that wait, delayed ones included; null when the broker does not tell. */
  waiting(): Promise<Readonly<Record<QueueName, number | null>>>;
  close(): Promise<void>;
}

/** What a queue that leans on a broker has to tell. */
export interface QueueReports {
  /** The broker is away; it is asked again after so many seconds. */
  readonly onAway: (secondsLeft: number, error: unknown) => void;
  /** A message that is no task was dropped. */
  readonly onDropped: (queue: QueueName, text: string) => void;
  /** A task could not be sent back with its delay and its count of attempts; the broker gives it out again as it is. */
  readonly onRetryLost: (task: CrashTask, error: unknown) => void;
}

export const SILENT: QueueReports = {
  onAway: () => undefined,
  onDropped: () => undefined,
  onRetryLost: () => undefined,
};
