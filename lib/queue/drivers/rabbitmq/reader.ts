import type { Message } from "amqplib";
import type { QueueName } from "#lib/queue/queue";
import type { BrokerQueue } from "./queues";
import type { Session } from "./session";

/** A message as it came, and the queue it came from. */
export interface Received {
  readonly queue: QueueName;
  readonly message: Message;
}

/** Reads the queues of one session. */
export interface Reader {
  /** The first message of the first queue that has one; waits for one. Null when `signal` is aborted. */
  next(signal: AbortSignal): Promise<Received | null>;
  /** What was sent to us and not asked for yet, once. */
  unasked(): readonly Received[];
}

/**
 * While there is work, messages are fetched one by one, so that none counts as handed out that waits in this process
 * for its turn. Where all queues are empty each gets a consumer that may be sent one message.
 */
export function sessionReader({ consumer: channel, ended }: Session, queues: readonly BrokerQueue[]): Reader {
  const sent: Received[] = [];
  const unasked = (wanted: (received: Received) => boolean) => {
    const index = sent.findIndex(wanted);
    return index < 0 ? null : (sent.splice(index, 1)[0] ?? null);
  };
  const fetch = async (): Promise<Received | null> => {
    for (const { queue, name } of queues) {
      const before = unasked((received) => received.queue === queue);
      if (before) return before;
      const message = await channel.get(name);
      if (message !== false) return { queue, message };
    }
    return null;
  };
  const waitForOne = async (signal: AbortSignal) => {
    const woken = new AbortController();
    const consumers = await Promise.all(
      queues.map(({ queue, name }) =>
        channel.consume(name, (message) => {
          if (message) sent.push({ queue, message });
          woken.abort();
        }),
      ),
    );
    await aborted(AbortSignal.any([signal, ended, woken.signal]));
    await Promise.all(consumers.map(({ consumerTag }) => channel.cancel(consumerTag)));
  };

  return {
    async next(signal) {
      for (;;) {
        if (signal.aborted) return null;
        const received = await fetch();
        if (received) return received;
        await waitForOne(signal);
      }
    },
    unasked: () => sent.splice(0),
  };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
