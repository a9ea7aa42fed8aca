import { Client, errors } from "@elastic/elasticsearch";
import { isAppError, type AppError } from "#lib/core/errors";
import { limitedBackoffExecutor } from "#lib/transaction/executor";

export interface ConnectionOptions {
  /** With `USER:PASSWORD@` where the server asks for them. */
  readonly url: string;
  /** Longest time for one request. */
  readonly timeoutSeconds: number;
  /** The error for a server that does not answer, or answers that it cannot now: a transient one. */
  readonly unavailable: (what: string, cause: Error) => AppError;
}

/** What a call is about, and what ends it. */
export interface Asking {
  /** Index and document, for messages. */
  readonly what: string;
  readonly signal?: AbortSignal | undefined;
  /** The error for a request that took too long; that of an unavailable server unless given. */
  readonly timedOut?: (cause: Error) => AppError;
}

/** What a call hands on to the client, so that it ends with its asker. */
export interface CallOptions {
  readonly signal?: AbortSignal;
}

/** An Elasticsearch server. */
export interface Connection {
  /**
   * Runs a call, again after a while when the server is away or has too much to do. Throws the signal's reason, the
   * connection's own error for an unavailable server, and the client's for a request that is refused: see `refusal`.
   */
  ask<T>(asking: Asking, call: (client: Client, options: CallOptions) => Promise<T>): Promise<T>;
  /** The error for a server that cannot do something now; thrown in a call, it makes the call be tried again. */
  readonly unavailable: ConnectionOptions["unavailable"];
  close(): Promise<void>;
}

const RETRY_DELAYS_SECONDS = [0.2, 1, 3];

/** Opens a connection. Nothing is sent before the first call, so the server may come later. */
export function openConnection({ url, timeoutSeconds, unavailable }: ConnectionOptions): Connection {
  const client = new Client({ node: url, maxRetries: 0, requestTimeout: timeoutSeconds * 1000 });
  const execute = limitedBackoffExecutor({ delaysSeconds: RETRY_DELAYS_SECONDS });
  return {
    ask: ({ what, signal, timedOut }, call) =>
      execute(async () => {
        try {
          return await call(client, signal ? { signal } : {});
        } catch (cause) {
          signal?.throwIfAborted();
          if (isAppError(cause) || !(cause instanceof Error)) throw cause;
          if (timedOut && cause instanceof errors.TimeoutError) throw timedOut(cause);
          throw isAway(cause) ? unavailable(what, cause) : cause;
        }
      }, signal),
    unavailable,
    close: () => client.close(),
  };
}

const TOO_MUCH_TO_DO = [429, 502, 503, 504];

function isAway(error: Error): boolean {
  if (error instanceof errors.ResponseError) return TOO_MUCH_TO_DO.includes(error.statusCode ?? 0);
  return (
    error instanceof errors.ConnectionError ||
    error instanceof errors.NoLivingConnectionsError ||
    error instanceof errors.TimeoutError
  );
}

/** What the server answered to a request that it refused. */
export interface Refusal {
  readonly status: number;
  readonly body: unknown;
}

/** The refusal that an error stands for, null for any other error. */
export function refusal(error: unknown): Refusal | null {
  if (!(error instanceof errors.ResponseError)) return null;
  return { status: error.statusCode ?? 0, body: error.body };
}

/** The answer, or null where it is "not there". */
export async function orNull<T>(asking: Promise<T>): Promise<T | null> {
  try {
    return await asking;
  } catch (error) {
    if (refusal(error)?.status === 404) return null;
    throw error;
  }
}
