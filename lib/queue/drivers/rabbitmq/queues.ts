import type { Channel, ChannelModel } from "amqplib";
import { QUEUE_NAMES, type QueueName } from "#lib/queue/queue";

/** Socorro calls its queue of new crashes `normal`. */
const WIRE_NAMES: Readonly<Record<QueueName, string>> = {
  priority: "priority",
  standard: "normal",
  reprocessing: "reprocessing",
};

/** A delay is rounded up to one of these; the last is the longest. */
const WAIT_STEPS_SECONDS = [1, 10, 60, 300, 3600] as const;

/** The names of a queue and of those in which its messages wait for their next attempt. */
export interface BrokerQueue {
  readonly queue: QueueName;
  readonly name: string;
  readonly waiting: readonly { readonly name: string; readonly seconds: number }[];
}

/** In the order in which they are emptied. */
export function brokerQueues(prefix: string): readonly BrokerQueue[] {
  return QUEUE_NAMES.map((queue) => {
    const name = `${prefix}${WIRE_NAMES[queue]}`;
    const waiting = WAIT_STEPS_SECONDS.map((seconds) => ({ name: `${name}.wait.${seconds}`, seconds }));
    return { queue, name, waiting };
  });
}

/** Where a message goes that must not come before so many seconds. */
export function queueAfter({ name, waiting }: BrokerQueue, delaySeconds: number): string {
  if (delaySeconds <= 0) return name;
  return (waiting.find(({ seconds }) => seconds >= delaySeconds) ?? waiting.at(-1))?.name ?? name;
}

/** Makes the queues that are not there. One that somebody has made before, of whatever type, stays as it is. */
export async function declareQueues(connection: ChannelModel, queues: readonly BrokerQueue[]): Promise<void> {
  for (const { name, waiting } of queues) {
    if (!(await isThere(connection, name)))
      await onChannel(connection, (channel) => channel.assertQueue(name, { durable: true }));
    await onChannel(connection, (channel) =>
      Promise.all(waiting.map((step) => declareWaiting(channel, step, name))),
    );
  }
}

/** A message stays for its time and then goes, without being lost on the way, to the end of its queue. */
function declareWaiting(channel: Channel, step: BrokerQueue["waiting"][number], target: string) {
  return channel.assertQueue(step.name, {
    durable: true,
    arguments: {
      "x-queue-type": "quorum",
      "x-overflow": "reject-publish",
      "x-message-ttl": step.seconds * 1000,
      "x-dead-letter-exchange": "",
      "x-dead-letter-routing-key": target,
      "x-dead-letter-strategy": "at-least-once",
    },
  });
}

async function isThere(connection: ChannelModel, name: string): Promise<boolean> {
  try {
    await onChannel(connection, (channel) => channel.checkQueue(name));
    return true;
  } catch (error) {
    if ((error as { readonly code?: unknown }).code === 404) return false;
    throw error;
  }
}

/** The server closes the channel of a question that it answers with no. */
async function onChannel<T>(connection: ChannelModel, ask: (channel: Channel) => Promise<T>): Promise<T> {
  const channel = await connection.createChannel();
  channel.on("error", () => undefined);
  const answer = await ask(channel);
  await channel.close();
  return answer;
}
