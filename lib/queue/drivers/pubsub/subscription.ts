import type { v1 } from "@google-cloud/pubsub";
import { StorageUnavailable } from "#lib/core/errors";
import type { QueueName } from "#lib/queue/queue";

const CALL = { timeout: 5_000, retry: null };

/** Pub/Sub takes no more in one call. */
const MOST_IDS = 1_000;

/** A message as it came. */
export interface Pulled {
  readonly queue: QueueName;
  readonly text: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** From 1; 1 where the subscription has no dead-letter policy, since Pub/Sub does not count then. */
  readonly deliveryAttempt: number;
  /** Never again. Resolves when it could not be said too. */
  acknowledge(): Promise<void>;
  /** Again, now. Resolves when it could not be said too. */
  release(): Promise<void>;
}

/** One subscription. What was pulled stays ours, however long it takes, until it is acknowledged or released. */
export interface Subscription {
  readonly queue: QueueName;
  /** Some messages, or none at once. Throws StorageUnavailable. */
  pull(most: number): Promise<readonly Pulled[]>;
  /** Releases all that is ours. */
  close(): Promise<void>;
}

export interface SubscriptionOptions {
  readonly client: v1.SubscriberClient;
  readonly queue: QueueName;
  /** `projects/…/subscriptions/…` */
  readonly name: string;
  /** How long messages stay ours when this process dies. It is renewed three times as often. */
  readonly leaseSeconds: number;
}

export function openSubscription({ client, queue, name, leaseSeconds }: SubscriptionOptions): Subscription {
  const ours = new Set<string>();
  const setDeadline = async (ackIds: readonly string[], ackDeadlineSeconds: number) => {
    for (let from = 0; from < ackIds.length; from += MOST_IDS)
      await client
        .modifyAckDeadline(
          { subscription: name, ackIds: ackIds.slice(from, from + MOST_IDS), ackDeadlineSeconds },
          CALL,
        )
        .catch(() => undefined);
  };
  const renewal = setInterval(() => void setDeadline([...ours], leaseSeconds), (leaseSeconds * 1000) / 3);

  return {
    queue,
    async pull(maxMessages) {
      const [{ receivedMessages }] = await client
        .pull({ subscription: name, maxMessages, returnImmediately: true }, CALL)
        .catch((cause: unknown) => {
          throw new StorageUnavailable(`Pub/Sub subscription ${name}: ${(cause as Error).message}`, {
            cause,
          });
        });
      const pulled = (receivedMessages ?? []).map((received): Pulled => {
        const ackId = received.ackId ?? "";
        ours.add(ackId);
        return {
          queue,
          text: Buffer.from(received.message?.data ?? "").toString("utf8"),
          attributes: received.message?.attributes ?? {},
          deliveryAttempt: Math.max(1, received.deliveryAttempt ?? 1),
          async acknowledge() {
            ours.delete(ackId);
            await client.acknowledge({ subscription: name, ackIds: [ackId] }, CALL).catch(() => undefined);
          },
          async release() {
            ours.delete(ackId);
            await setDeadline([ackId], 0);
          },
        };
      });
      await setDeadline([...ours], leaseSeconds);
      return pulled;
    },
    async close() {
      clearInterval(renewal);
      await setDeadline([...ours], 0);
      ours.clear();
    },
  };
}
