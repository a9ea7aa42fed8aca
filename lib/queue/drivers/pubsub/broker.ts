import type { v1 } from "@google-cloud/pubsub";
import { CrashIdsFailedToPublish } from "#lib/core/errors";
import type { Broker, BrokerMessage, OutgoingTask } from "#lib/queue/broker";
import { QUEUE_NAMES, type QueueName } from "#lib/queue/queue";
import { taskText } from "#lib/queue/task-message";
import type { PubsubSettings } from "./settings";
import { openSubscription, type Pulled, type Subscription } from "./subscription";

const PUBLISH_TIMEOUT_MS = 5_000;
const BATCH = 10;
const PULLED_AT_ONCE: Readonly<Record<QueueName, number>> = { priority: 5, standard: 5, reprocessing: 1 };

/** How long an idle consumer waits before it asks again. */
const IDLE_MS = 1_000;

/** Only on messages that were tried before: attempts that count, and milliseconds since 1970. */
const ATTEMPTS = "attempts";
const NOT_BEFORE = "not_before";

export interface PubsubClients {
  readonly publisher: v1.PublisherClient;
  readonly subscriber: v1.SubscriberClient;
}

/**
 * Pub/Sub by pulling. A delayed message is one that says from when on it may be handed out; whoever pulls it before
 * keeps it until then. Attempts are those that the message says, and those that Pub/Sub has counted since.
 */
export function pubsubBroker(
  { publisher, subscriber }: PubsubClients,
  settings: PubsubSettings,
  leaseSeconds: number,
): Broker {
  const subscriptions = QUEUE_NAMES.map((queue) =>
    openSubscription({
      client: subscriber,
      queue,
      name: subscriber.subscriptionPath(settings.project, settings.subscriptions[queue]),
      leaseSeconds,
    }),
  );
  const pulled: Pulled[] = [];
  let wake: () => void = () => undefined;

  const send = async (queue: QueueName, tasks: readonly OutgoingTask[]) => {
    const topic = publisher.projectTopicsPath(settings.project, settings.topics[queue]);
    const failures = await Promise.all(batches(tasks).map((batch) => publish(publisher, topic, batch)));
    wake();
    if (failures.flat().length > 0) throw new CrashIdsFailedToPublish(failures.flat());
  };

  return {
    name: "pubsub",
    send,
    async receive(signal) {
      while (!signal.aborted) {
        const ready = takeReady(pulled) ?? (await pullFirst(subscriptions, pulled));
        if (ready) return brokerMessage(ready);
        await idle(signal, (wakeUp) => (wake = wakeUp));
      }
      return null;
    },
    waiting: () => Promise.resolve({ priority: null, standard: null, reprocessing: null }),
    async close() {
      await Promise.all(pulled.splice(0).map((message) => message.release()));
      await Promise.all(subscriptions.map((subscription) => subscription.close()));
      await Promise.all([publisher.close(), subscriber.close()]);
    },
  };
}

/** The first that may be handed out now, out of what was pulled before. */
function takeReady(pulled: Pulled[]): Pulled | null {
  for (const queue of QUEUE_NAMES) {
    const index = pulled.findIndex((message) => message.queue === queue && notBefore(message) <= Date.now());
    if (index >= 0) return pulled.splice(index, 1)[0] ?? null;
  }
  return null;
}

/** Pulls from one subscription after the other until there is something to hand out. */
async function pullFirst(subscriptions: readonly Subscription[], pulled: Pulled[]): Promise<Pulled | null> {
  for (const subscription of subscriptions) {
    pulled.push(...(await subscription.pull(PULLED_AT_ONCE[subscription.queue])));
    const ready = takeReady(pulled);
    if (ready) return ready;
  }
  return null;
}

function brokerMessage(message: Pulled): BrokerMessage {
  return {
    queue: message.queue,
    text: message.text,
    attemptsBefore: counted(message, ATTEMPTS) + message.deliveryAttempt - 1,
    isHeld: () => true,
    acknowledge: () => message.acknowledge(),
    release: () => message.release(),
  };
}

const notBefore = (message: Pulled) => counted(message, NOT_BEFORE);

function counted({ attributes }: Pulled, name: string): number {
  const count = Number(attributes[name] ?? 0);
  return Number.isSafeInteger(count) ? count : 0;
}

/** The ids of a batch that was not taken, with the reason. */
async function publish(
  publisher: v1.PublisherClient,
  topic: string,
  batch: readonly OutgoingTask[],
): Promise<CrashIdsFailedToPublish["failures"]> {
  const messages = batch.map(({ task, attemptsBefore, delaySeconds }) => ({
    data: Buffer.from(taskText(task)),
    attributes: {
      ...(attemptsBefore > 0 ? { [ATTEMPTS]: String(attemptsBefore) } : {}),
      ...(delaySeconds > 0 ? { [NOT_BEFORE]: String(Math.ceil(Date.now() + delaySeconds * 1000)) } : {}),
    },
  }));
  try {
    await publisher.publish({ topic, messages }, { timeout: PUBLISH_TIMEOUT_MS, retry: null });
    return [];
  } catch (error) {
    return batch.map(({ task }) => ({ id: task.id, reason: (error as Error).message }));
  }
}

function batches(tasks: readonly OutgoingTask[]): readonly (readonly OutgoingTask[])[] {
  return Array.from({ length: Math.ceil(tasks.length / BATCH) }, (_, index) =>
    tasks.slice(index * BATCH, (index + 1) * BATCH),
  );
}

/** Until this process publishes something, the time is over, or the end. */
function idle(signal: AbortSignal, onWake: (wakeUp: () => void) => void): Promise<void> {
  return new Promise((resolve) => {
    const wakeUp = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", wakeUp);
      resolve();
    };
    const timer = setTimeout(wakeUp, IDLE_MS);
    signal.addEventListener("abort", wakeUp, { once: true });
    onWake(wakeUp);
    if (signal.aborted) wakeUp();
  });
}
