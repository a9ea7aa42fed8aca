import { randomUUID } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { CrashIdsFailedToPublish, StorageUnavailable } from "#lib/core/errors";
import type { Broker, BrokerMessage, OutgoingTask } from "#lib/queue/broker";
import type { QueueName } from "#lib/queue/queue";
import { taskText } from "#lib/queue/task-message";
import { limitedBackoffExecutor } from "#lib/transaction/executor";
import { brokerQueues, declareQueues, queueAfter, type BrokerQueue } from "./queues";
import { sessionReader, type Reader, type Received } from "./reader";
import { brokerError, openSession, type Session } from "./session";

/** Seconds between attempts to publish: whoever waits for it is a client of the collector. */
const PUBLISH_DELAYS_SECONDS = [0.2, 1] as const;

/** A server that is short of memory or disk stops to read what is published to it. */
const CONFIRM_TIMEOUT_MS = 5_000;

const ATTEMPTS_HEADER = "attempts";

interface Open extends Session {
  readonly reader: Reader;
}

/**
 * RabbitMQ over one connection, made anew at the next use after it broke, with a channel to publish and one to receive.
 * Messages go through the default exchange, are persistent, and are published when the server has confirmed them.
 * How often a task was handed out stands in a header: a message that comes again without it having been counted, since
 * its connection broke or its process was killed, is replaced by a copy that counts it.
 */
export function rabbitmqBroker(url: URL, prefix: string): Broker & { connect(): Promise<void> } {
  const queues = brokerQueues(prefix);
  const session = keptSession(url, queues);
  const briefly = limitedBackoffExecutor({ delaysSeconds: PUBLISH_DELAYS_SECONDS });
  const used = async <T>(use: (open: Open) => Promise<T>): Promise<T> => {
    const open = await session.get();
    try {
      return await use(open);
    } catch (cause) {
      throw cause instanceof StorageUnavailable ? cause : brokerError(url, cause);
    }
  };

  return {
    name: "rabbitmq",
    connect: () => used(() => Promise.resolve()),
    async send(queue, tasks) {
      let unconfirmed = tasks;
      try {
        await briefly(() =>
          used(async (open) => {
            const failures = await publish(open, queueOf(queues, queue), unconfirmed);
            unconfirmed = unconfirmed.filter((outgoing) => failures.has(outgoing));
            for (const failure of failures.values()) throw failure;
          }),
        );
      } catch (cause) {
        const reason = (cause as Error).message;
        throw new CrashIdsFailedToPublish(
          unconfirmed.map(({ task }) => ({ id: task.id, reason })),
          { cause },
        );
      }
    },
    receive: (signal) =>
      used(async (open) => {
        for (;;) {
          const received = await open.reader.next(signal);
          if (!received?.message.fields.redelivered) return received && brokerMessage(open, received);
          await replace(open, queues, { received, attemptsBefore: attemptsBefore(received) + 1 });
        }
      }),
    waiting: () =>
      used(async ({ publisher }) => {
        const entries = queues.map(async ({ queue, name, waiting }) => {
          const names = [name, ...waiting.map((step) => step.name)];
          const counts = await Promise.all(names.map((each) => publisher.checkQueue(each)));
          return [queue, counts.reduce((sum, { messageCount }) => sum + messageCount, 0)] as const;
        });
        return Object.fromEntries(await Promise.all(entries)) as Record<QueueName, number>;
      }),
    close: () =>
      session.close(async (open) => {
        for (const received of open.reader.unasked())
          await replace(open, queues, { received, attemptsBefore: attemptsBefore(received) });
        // Acknowledgements that are still on their way would be overtaken by the end of the connection.
        await open.consumer.close();
      }),
  };
}

/** One session at a time, shared by all who use it. */
function keptSession(url: URL, queues: readonly BrokerQueue[]) {
  let current: Promise<Open> | null = null;
  let isClosed = false;
  const open = async (): Promise<Open> => {
    const session = await openSession(url, (connection) => declareQueues(connection, queues));
    session.ended.addEventListener("abort", () => (current = null), { once: true });
    return { ...session, reader: sessionReader(session, queues) };
  };
  return {
    get(): Promise<Open> {
      if (isClosed) throw new StorageUnavailable("The queue is closed.");
      current ??= open().catch((error: unknown) => {
        current = null;
        throw error;
      });
      return current;
    },
    /** Ends the session, after `orderly` if it is alive; a failure of either leaves the rest to the server. */
    async close(orderly: (open: Open) => Promise<void>): Promise<void> {
      isClosed = true;
      const last = await current?.catch(() => null);
      if (!last) return;
      await orderly(last).catch(() => undefined);
      await last.close();
    },
  };
}

/** What could not be published, and why. */
async function publish(
  open: Open,
  queue: BrokerQueue,
  tasks: readonly OutgoingTask[],
): Promise<ReadonlyMap<OutgoingTask, unknown>> {
  const failures = new Map<OutgoingTask, unknown>();
  await Promise.all(
    tasks.map((outgoing) =>
      confirmed(open, queueAfter(queue, outgoing.delaySeconds), {
        content: Buffer.from(taskText(outgoing.task)),
        attemptsBefore: outgoing.attemptsBefore,
      }).catch((error: unknown) => failures.set(outgoing, error)),
    ),
  );
  return failures;
}

/** Resolves when the server has the message in a queue, as safe as that queue is. */
async function confirmed(
  { publisher, returned }: Open,
  name: string,
  { content, attemptsBefore }: { readonly content: Buffer; readonly attemptsBefore: number },
): Promise<void> {
  const messageId = randomUUID();
  const headers = { [ATTEMPTS_HEADER]: attemptsBefore };
  const answer = new Promise<void>((resolve, reject) => {
    const options = { persistent: true, mandatory: true, messageId, headers };
    publisher.publish("", name, content, options, (error: unknown) => {
      if (error) reject(error instanceof Error ? error : new Error("the server refused the message"));
      else resolve();
    });
  });
  const late = new AbortController();
  const tooLate = wait(CONFIRM_TIMEOUT_MS, undefined, { signal: late.signal }).then(() => {
    throw new Error(`the server has not confirmed the message within ${CONFIRM_TIMEOUT_MS} ms`);
  });
  await Promise.race([answer, tooLate]).finally(() => late.abort());
  if (returned.delete(messageId)) throw new StorageUnavailable(`RabbitMQ has no queue ${name}.`);
}

/** Puts a copy with another count at the end of the queue. */
async function replace(
  open: Open,
  queues: readonly BrokerQueue[],
  { received, attemptsBefore }: { readonly received: Received; readonly attemptsBefore: number },
): Promise<void> {
  const { queue, message } = received;
  await confirmed(open, queueOf(queues, queue).name, { content: message.content, attemptsBefore });
  open.consumer.ack(message);
}

function brokerMessage({ consumer, ended }: Open, received: Received): BrokerMessage {
  const { queue, message } = received;
  /** A channel that has ended refuses whatever it is asked; its messages are given out again. */
  const whileHeld = (answer: () => void) => {
    if (!ended.aborted) answer();
    return Promise.resolve();
  };
  return {
    queue,
    text: message.content.toString("utf8"),
    attemptsBefore: attemptsBefore(received),
    isHeld: () => !ended.aborted,
    acknowledge: () => whileHeld(() => consumer.ack(message)),
    release: () => whileHeld(() => consumer.nack(message, false, true)),
  };
}

function attemptsBefore({ message }: Received): number {
  const counted: unknown = message.properties.headers?.[ATTEMPTS_HEADER];
  return Number.isSafeInteger(counted) ? Number(counted) : 0;
}

function queueOf(queues: readonly BrokerQueue[], queue: QueueName): BrokerQueue {
  const found = queues.find((candidate) => candidate.queue === queue);
  if (!found) throw new RangeError(`There is no queue ${queue}.`);
  return found;
}
