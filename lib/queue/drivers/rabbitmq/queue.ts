import { BadSetting, StorageUnavailable } from "#lib/core/errors";
import type { QueueReports } from "#lib/queue/broker";
import { brokerQueue } from "#lib/queue/broker-queue";
import type { CrashQueue } from "#lib/queue/queue";
import { rabbitmqBroker } from "./broker";
import { isRefusal } from "./session";

const DEFAULT_PREFIX = "socorro.";

/** The server counts as gone after two of these without a sign of life. */
const HEARTBEAT_SECONDS = "10";

/**
 * The queues `socorro.normal`, `socorro.priority` and `socorro.reprocessing` of a RabbitMQ server: `amqp://` or
 * `amqps://`, with another `prefix` than `socorro.` in the query. A server that is away when this is called is waited
 * for at the first use; one that does not let us in is a BadSetting.
 */
export async function rabbitmqQueue(setting: string, reports: QueueReports): Promise<CrashQueue> {
  const url = urlOf(setting);
  const prefix = url.searchParams.get("prefix") ?? DEFAULT_PREFIX;
  url.searchParams.delete("prefix");
  if (!url.searchParams.has("heartbeat")) url.searchParams.set("heartbeat", HEARTBEAT_SECONDS);
  const broker = rabbitmqBroker(url, prefix);
  try {
    await broker.connect();
  } catch (error) {
    if (!(error instanceof StorageUnavailable)) throw error;
    if (isRefusal(error)) throw new BadSetting(`CRASHQUEUE_URL: ${error.message}`, { cause: error });
    reports.onAway(0, error);
  }
  return brokerQueue(broker, reports);
}

function urlOf(setting: string): URL {
  const url = URL.canParse(setting) ? new URL(setting) : null;
  if (!url || url.hostname === "")
    throw new BadSetting(
      "CRASHQUEUE_URL: the URL of RabbitMQ is not one. Accepted: amqp://USER:PASSWORD@HOST:PORT/VHOST.",
    );
  return url;
}
