import { BadSetting } from "#lib/core/errors";
import { QUEUE_NAMES, type QueueName } from "#lib/queue/queue";

/** Which project, topics and subscriptions, by their short names. */
export interface PubsubSettings {
  readonly project: string;
  /** `HOST:PORT`; null: Google's, or that of PUBSUB_EMULATOR_HOST, which the client reads by itself. */
  readonly endpoint: string | null;
  readonly topics: Readonly<Record<QueueName, string>>;
  readonly subscriptions: Readonly<Record<QueueName, string>>;
}

/**
 * Reads `PROJECT?standard_topic=…&standard_subscription=…&…&endpoint=HOST:PORT`. A topic or subscription that is not
 * given has the name of its queue. Throws BadSetting.
 */
export function pubsubSettings(text: string): PubsubSettings {
  const [project = "", query = ""] = text.split("?");
  const options = new URLSearchParams(query);
  const named = (kind: string) => QUEUE_NAMES.map((queue) => [queue, `${queue}_${kind}`] as const);
  const [topics, subscriptions] = [named("topic"), named("subscription")];
  const accepted: readonly string[] = [
    ...[...topics, ...subscriptions].map(([, option]) => option),
    "endpoint",
  ];
  const strange = [...options.keys()].find((option) => !accepted.includes(option));
  if (!/^[a-z][a-z0-9.:-]*$/.test(project) || strange !== undefined)
    throw new BadSetting(
      `CRASHQUEUE_URL: "pubsub:${text}" is not accepted. Accepted: pubsub:PROJECT, with any of ?${accepted.join(", ")}.`,
    );
  const values = (entries: typeof topics) =>
    Object.fromEntries(entries.map(([queue, option]) => [queue, options.get(option) ?? queue])) as Record<
      QueueName,
      string
    >;
  return {
    project,
    endpoint: options.get("endpoint"),
    topics: values(topics),
    subscriptions: values(subscriptions),
  };
}
