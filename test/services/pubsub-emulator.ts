import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import {
  Server,
  ServerCredentials,
  status,
  type ServiceDefinition,
  type UntypedHandleCall,
} from "@grpc/grpc-js";
import { fromJSON } from "@grpc/proto-loader";
import { freePort } from "./service-process";

interface Held {
  readonly data: Buffer;
  readonly attributes: Readonly<Record<string, string>>;
  readonly messageId: string;
  ackId: string | null;
  /** Milliseconds since 1970. */
  availableAt: number;
  deliveries: number;
}

interface Subscription {
  readonly topic: string;
  readonly ackDeadlineSeconds: number;
  readonly countsDeliveries: boolean;
  held: Held[];
}

/** What a test sees of a Pub/Sub that is not Google's: enough of it, over real gRPC, with real deadlines. */
export interface PubsubEmulator {
  /** `127.0.0.1:PORT` */
  readonly endpoint: string;
  readonly port: number;
  /** A topic, and a subscription of the same name; deliveries are counted as with a dead-letter policy. */
  create(
    name: string,
    options: { readonly ackDeadlineSeconds: number; readonly countsDeliveries: boolean },
  ): void;
  /** What a subscription still has, as text. */
  held(name: string): readonly string[];
  /** How often a deadline was put off. */
  extensions(): number;
  /** Breaks all connections and takes no new ones; what was published stays. */
  kill(): void;
  start(): Promise<void>;
}

export async function startPubsubEmulator(): Promise<PubsubEmulator> {
  const port = await freePort();
  const state = emulatedState();
  const services = await serviceDefinitions();
  let server: Server | null = null;
  const start = async () => {
    const starting = new Server();
    starting.addService(services.publisher, { publish: unary(state.calls.publish) });
    starting.addService(services.subscriber, {
      pull: unary(state.calls.pull),
      acknowledge: unary(state.calls.acknowledge),
      modifyAckDeadline: unary(state.calls.modifyAckDeadline),
    });
    await new Promise<void>((resolve, reject) =>
      starting.bindAsync(`127.0.0.1:${port}`, ServerCredentials.createInsecure(), (error) =>
        error ? reject(error) : resolve(),
      ),
    );
    server = starting;
  };
  await start();
  return {
    endpoint: `127.0.0.1:${port}`,
    port,
    ...state.views,
    kill() {
      server?.forceShutdown();
      server = null;
    },
    start,
  };
}

interface Request {
  readonly topic: string;
  readonly subscription: string;
  readonly messages: readonly Pick<Held, "data" | "attributes">[];
  readonly maxMessages: number;
  readonly ackIds: readonly string[];
  readonly ackDeadlineSeconds: number;
}

type Call = (request: Request) => object;

class NotFound extends Error {
  readonly code = status.NOT_FOUND;
}

/** Topics and subscriptions in memory, and what the calls do to them. */
function emulatedState() {
  const subscriptions = new Map<string, Subscription>();
  let serial = 0;
  let extensions = 0;
  const shortName = (path: string) => path.split("/").at(-1) ?? "";
  const named = (path: string): Subscription => {
    const found = subscriptions.get(shortName(path));
    if (!found) throw new NotFound(`Resource not found (resource=${shortName(path)}).`);
    return found;
  };
  const views: Pick<PubsubEmulator, "create" | "held" | "extensions"> = {
    create(name: string, options: Pick<Subscription, "ackDeadlineSeconds" | "countsDeliveries">) {
      subscriptions.set(name, { topic: name, ...options, held: [] });
    },
    held: (name: string) => named(name).held.map(({ data }) => data.toString("utf8")),
    extensions: () => extensions,
  };
  const calls: Readonly<Record<"publish" | "pull" | "acknowledge" | "modifyAckDeadline", Call>> = {
    publish({ topic, messages }: Request) {
      const { held } = named(topic);
      const added = messages.map(({ data, attributes }) => {
        const messageId = String((serial += 1));
        return { data, attributes, messageId, ackId: null, availableAt: 0, deliveries: 0 };
      });
      held.push(...added);
      return { messageIds: added.map(({ messageId }) => messageId) };
    },
    pull({ subscription, maxMessages }: Request) {
      const { held, ackDeadlineSeconds, countsDeliveries } = named(subscription);
      const now = Date.now();
      const taken = held.filter(({ availableAt }) => availableAt <= now).slice(0, maxMessages);
      for (const message of taken) {
        message.ackId = `ack-${(serial += 1)}`;
        message.availableAt = now + ackDeadlineSeconds * 1000;
        message.deliveries += 1;
      }
      return {
        receivedMessages: taken.map(({ ackId, data, attributes, messageId, deliveries }) => ({
          ackId,
          message: { data, attributes, messageId },
          deliveryAttempt: countsDeliveries ? deliveries : 0,
        })),
      };
    },
    acknowledge({ subscription, ackIds }: Request) {
      const found = named(subscription);
      found.held = found.held.filter(({ ackId }) => ackId === null || !ackIds.includes(ackId));
      return {};
    },
    modifyAckDeadline({ subscription, ackIds, ackDeadlineSeconds }: Request) {
      const now = Date.now();
      for (const message of named(subscription).held) {
        if (message.ackId === null || !ackIds.includes(message.ackId) || message.availableAt <= now) continue;
        message.availableAt = now + ackDeadlineSeconds * 1000;
        if (ackDeadlineSeconds > 0) extensions += 1;
      }
      return {};
    },
  };
  return { views, calls };
}

function unary(answer: Call): UntypedHandleCall {
  return (
    call: { readonly request: Request },
    callback: (error: { code: status; message: string } | null, answer?: object) => void,
  ) => {
    try {
      callback(null, answer(call.request));
    } catch (error) {
      const { message } = error as Error;
      callback({ code: error instanceof NotFound ? error.code : status.INTERNAL, message });
    }
  };
}

/** As the client's own package describes them. */
async function serviceDefinitions() {
  const client = dirname(createRequire(import.meta.url).resolve("@google-cloud/pubsub/package.json"));
  const description = JSON.parse(
    await readFile(join(client, "build", "protos", "protos.json"), "utf8"),
  ) as Parameters<typeof fromJSON>[0];
  const definitions = fromJSON(description, { defaults: true });
  return {
    publisher: definitions["google.pubsub.v1.Publisher"] as ServiceDefinition,
    subscriber: definitions["google.pubsub.v1.Subscriber"] as ServiceDefinition,
  };
}
