import {
  Forbidden,
  isAppError,
  RateLimitReached,
  StorageRefused,
  StorageUnavailable,
} from "#lib/core/errors";
import { limitedBackoffExecutor } from "#lib/transaction/executor";

/** A server whose API is asked, and how. */
export interface CrashApiOptions {
  /** Such as https://crash-stats.mozilla.org. */
  readonly host: string;
  /** Of the API; null: only what everybody may see. */
  readonly token: string | null;
  /** Seconds before each further attempt when the server does not answer; 1, 5, 15 and 60 unless given. */
  readonly delaysSeconds?: readonly number[];
  readonly signal?: AbortSignal;
}

/** One request below `/api/`. */
export interface ApiRequest<T> {
  readonly path: string;
  /** Asked for again for each attempt. */
  readonly init?: () => Omit<RequestInit, "headers"> & {
    readonly headers?: Readonly<Record<string, string>>;
  };
  readonly read: (response: Response) => Promise<T>;
  /** The error for an answer that is none of success, whose beginning is `said`. */
  readonly refusal: (status: number, said: string) => Error;
}

/** The last delay outlives a limit of requests per minute. */
const DELAYS_SECONDS = [1, 5, 15, 60];
const SHOWN_CHARACTERS = 300;

/** Sends requests to a server's API, again when it does not answer. Throws StorageUnavailable, and the request's refusal. */
export function apiRequests({ host, token, delaysSeconds = DELAYS_SECONDS, signal }: CrashApiOptions) {
  const execute = limitedBackoffExecutor({ delaysSeconds });
  const send = async <T>({ path, init, read, refusal }: ApiRequest<T>): Promise<T> => {
    const { headers, ...rest } = init?.() ?? {};
    const response = await fetch(`${host.replace(/\/+$/, "")}/api/${path}`, {
      ...rest,
      headers: { ...headers, ...(token === null ? {} : { "Auth-Token": token }) },
    });
    if (response.ok) return read(response);
    throw refusal(response.status, (await response.text()).slice(0, SHOWN_CHARACTERS));
  };
  return <T>(request: ApiRequest<T>): Promise<T> =>
    execute(() => answering(host, () => send(request)), signal);
}

/** An answer of a server that is busy or not there; anything else it will answer again. */
const TRANSIENT_STATUS = [408, 500, 502, 503, 504];

/** The error that a status stands for, whatever was asked. */
export function statusError(status: number, message: string): Error {
  if (status === 401 || status === 403) return new Forbidden(message);
  if (status === 429) return new RateLimitReached(message);
  return TRANSIENT_STATUS.includes(status) ? new StorageUnavailable(message) : new StorageRefused(message);
}

/** Whatever happens on the way to the server and back may not happen the next time. */
async function answering<T>(host: string, asking: () => Promise<T>): Promise<T> {
  try {
    return await asking();
  } catch (cause) {
    if (isAppError(cause)) throw cause;
    const why = cause instanceof Error ? causeOf(cause) : String(cause);
    throw new StorageUnavailable(`${host} does not answer: ${why}.`, { cause });
  }
}

/** `fetch failed` says little; what failed is below it. */
function causeOf(error: Error): string {
  return error.cause instanceof Error ? error.cause.message : error.message;
}
