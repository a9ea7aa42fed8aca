import { Client, Pool, type ClientConfig, type PoolClient } from "pg";
import { BadSetting } from "#lib/core/errors";
import type { Connection, ConnectionContext, Row } from "./connection";
import { isConnectionLost } from "./failure";

export interface ConnectionOptions {
  /** `postgresql://USER:PASSWORD@HOST:PORT/DATABASE` */
  readonly url: string;
  /** The setting that the URL is from, for messages. */
  readonly setting: string;
  /** Longest run of one statement; 60 unless given. */
  readonly statementTimeoutSeconds?: number;
}

export interface PoolOptions extends ConnectionOptions {
  readonly maximumConnections: number;
}

const CONNECT_TIMEOUT_MS = 10_000;
const STATEMENT_TIMEOUT_SECONDS = 60;

/** Connections that are opened for one use and closed after it. Throws BadSetting for a URL that is none. */
export function plainConnections(options: ConnectionOptions): ConnectionContext {
  const config = clientConfig(options);
  return {
    name: serverName(options),
    async use(work, signal) {
      signal?.throwIfAborted();
      const client = new Client(config);
      // A connection that breaks is told by an event too; what uses it fails by itself.
      client.on("error", () => undefined);
      try {
        return await breakingOff(client, signal, async () => {
          await client.connect();
          return work(connectionOver(client));
        });
      } finally {
        await client.end().catch(() => undefined);
      }
    },
    forceReconnect: () => undefined,
    close: () => Promise.resolve(),
  };
}

/**
 * A bounded number of connections that are used again. One that breaks is thrown away, and with it those that are idle,
 * since a server that restarts cuts them all. Waiting for a free one is given up after ten seconds.
 */
export function pooledConnections({ maximumConnections, ...options }: PoolOptions): ConnectionContext {
  const config = { ...clientConfig(options), max: maximumConnections };
  // A connection that breaks is told by an event too, idle or not; what uses it fails by itself.
  const open = () =>
    new Pool(config)
      .on("error", () => undefined)
      .on("connect", (client) => client.on("error", () => undefined));
  let pool = open();
  const closing: Promise<void>[] = [];
  const replace = (replaced: Pool) => {
    if (replaced !== pool) return;
    pool = open();
    closing.push(replaced.end());
  };
  return {
    name: serverName(options),
    async use(work, signal) {
      signal?.throwIfAborted();
      const from = pool;
      const client = await from.connect();
      try {
        const result = await breakingOff(client, signal, () => work(connectionOver(client)));
        client.release();
        return result;
      } catch (error) {
        const isLost = isConnectionLost(error);
        client.release(isLost);
        if (isLost) replace(from);
        throw error;
      }
    },
    forceReconnect: () => replace(pool),
    async close() {
      await Promise.all([...closing, pool.end()]);
    },
  };
}

/** What of a URL may be shown: `HOST:PORT/DATABASE`. Throws BadSetting for a URL that is none. */
export function serverName({ url, setting }: Pick<ConnectionOptions, "url" | "setting">): string {
  if (!/^postgres(ql)?:\/\//.test(url) || !URL.canParse(url))
    throw new BadSetting(
      `${setting}: not a URL of the form postgresql://USER:PASSWORD@HOST:PORT/DATABASE, with special characters as %XX.`,
    );
  const { hostname, port, pathname, searchParams } = new URL(url);
  const host = hostname === "" ? (searchParams.get("host") ?? "localhost") : hostname;
  return `${host}:${port === "" ? "5432" : port}${pathname}`;
}

function clientConfig(options: ConnectionOptions): ClientConfig {
  serverName(options);
  const timeoutMs = (options.statementTimeoutSeconds ?? STATEMENT_TIMEOUT_SECONDS) * 1000;
  return {
    connectionString: options.url,
    application_name: "crash-stats",
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    // The server's own limit comes first, so that it says so and the connection can be used again.
    statement_timeout: timeoutMs,
    query_timeout: timeoutMs + CONNECT_TIMEOUT_MS,
  };
}

function connectionOver(client: Client | PoolClient): Connection {
  return {
    query: async (sql, values = []) => (await client.query<Row>(sql, [...values])).rows,
  };
}

async function breakingOff<T>(
  client: Client | PoolClient,
  signal: AbortSignal | undefined,
  work: () => Promise<T>,
): Promise<T> {
  const breakOff = () => void endNow(client);
  signal?.addEventListener("abort", breakOff, { once: true });
  try {
    return await work();
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  } finally {
    signal?.removeEventListener("abort", breakOff);
  }
}

/** Ending a client that runs a statement cuts its connection. */
async function endNow(client: Client | PoolClient): Promise<void> {
  await client.end().catch(() => undefined);
}
