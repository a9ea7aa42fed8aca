import { PubSub, v1 } from "@google-cloud/pubsub";
import type { QueueReports } from "#lib/queue/broker";
import { brokerQueue } from "#lib/queue/broker-queue";
import type { CrashQueue } from "#lib/queue/queue";
import { pubsubBroker } from "./broker";
import { pubsubSettings } from "./settings";

const LEASE_SECONDS = 60;

/** The topics and subscriptions of a Pub/Sub project, which have to be there: see `pubsubSettings`. */
export async function pubsubQueue(
  setting: string,
  reports: QueueReports,
  leaseSeconds = LEASE_SECONDS,
): Promise<CrashQueue> {
  const settings = pubsubSettings(setting);
  const { project: projectId, endpoint } = settings;
  const pubsub = new PubSub({ projectId, ...(endpoint === null ? {} : { apiEndpoint: endpoint }) });
  const { port, ...others } = await pubsub.getClientConfig();
  const configuration = { ...others, ...(port === undefined ? {} : { port: Number(port) }) };
  const clients = {
    publisher: new v1.PublisherClient(configuration),
    subscriber: new v1.SubscriberClient(configuration),
  };
  return brokerQueue(pubsubBroker(clients, settings, leaseSeconds), reports);
}
