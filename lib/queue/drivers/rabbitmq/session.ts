import { connect, type Channel, type ChannelModel, type ConfirmChannel } from "amqplib";
import { StorageUnavailable } from "#lib/core/errors";

/** A connection that cannot be made in this time is not made. */
const CONNECT_TIMEOUT_MS = 5_000;

/** One connection with its channels. It is used until any part of it fails, then never again. */
export interface Session {
  /** Confirms what it has taken. */
  readonly publisher: ConfirmChannel;
  readonly consumer: Channel;
  /** Ids of messages that no queue took. They are returned before they are confirmed. */
  readonly returned: Set<string>;
  /** Aborted when any part of it has failed. */
  readonly ended: AbortSignal;
  close(): Promise<void>;
}

/**
 * Connects and calls `declare`. Throws StorageUnavailable when that does not work.
 */
export async function openSession(
  url: URL,
  declare: (connection: ChannelModel) => Promise<void>,
): Promise<Session> {
  const failed = (cause: unknown) => brokerError(url, cause);
  const connection = await connect(url.href, { timeout: CONNECT_TIMEOUT_MS, noDelay: true }).catch(
    (error: unknown) => {
      throw failed(error);
    },
  );
  const ending = new AbortController();
  ending.signal.addEventListener("abort", () => void closeConnection(connection), { once: true });
  const end = () => ending.abort();
  connection.on("error", end).on("close", end);
  const closed = new Promise<void>((resolve) => connection.once("close", () => resolve()));
  const close = async () => {
    if (!ending.signal.aborted) ending.abort();
    await closed;
  };
  const watched = <C extends Channel>(channel: C): C => {
    channel.on("error", end).on("close", end);
    return channel;
  };
  try {
    await declare(connection);
    const publisher = watched(await connection.createConfirmChannel());
    const consumer = watched(await connection.createChannel());
    await consumer.prefetch(1);
    const returned = new Set<string>();
    publisher.on("return", ({ properties }) => returned.add(String(properties.messageId)));
    return { publisher, consumer, returned, ended: ending.signal, close };
  } catch (error) {
    await close();
    throw failed(error);
  }
}

async function closeConnection(connection: ChannelModel): Promise<void> {
  try {
    await connection.close();
  } catch {
    // It is closed already, and says so by throwing.
  }
}

/** An error of the client as ours. The server is named without user and password. */
export function brokerError(url: URL, cause: unknown): StorageUnavailable {
  const reason = cause instanceof Error ? cause.message || cause.name : String(cause);
  return new StorageUnavailable(`RabbitMQ at ${url.host} cannot be used: ${reason}`, { cause });
}

/** Whether the server is there and does not let this user in, or not to this virtual host. */
export function isRefusal({ message }: StorageUnavailable): boolean {
  return /ACCESS[-_]REFUSED|NOT[-_]ALLOWED|Expected ConnectionOpenOk/.test(message);
}
