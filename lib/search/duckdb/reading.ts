import type { DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { BadArgument, isAppError, SearchUnavailable, type AppError } from "#lib/core/errors";
import { timedOut, tooComplex } from "#lib/search/costly";
import { takingTurns } from "./turns";

/** Something to do with a connection. */
type Work<T> = (connection: DuckDBConnection) => Promise<T>;

/**
 * Statements that read, each on a connection of its own. All throw BadArgument for a statement that the engine refuses
 * or that takes too long or too much memory, SearchUnavailable where it cannot answer, and the signal's reason.
 */
export interface Reading {
  /** What a statement finds. Those that may be long wait for each other. */
  read<T>(work: Work<T>, signal?: AbortSignal): Promise<T>;
  /** The same for one that is always short, and does not wait. */
  readAtOnce<T>(work: Work<T>): Promise<T>;
  /** What a statement finds, as its reader takes it; only its beginning has a limit of time. */
  stream<T>(begin: Work<AsyncIterable<T>>, signal?: AbortSignal): AsyncGenerator<T>;
}

/**
 * A statement that runs occupies one of the four threads that Node has for files and all else: two are left to the
 * writer and the rest of the process.
 */
const MOST_AT_ONCE = 2;
/** What has not begun takes no notice of being interrupted. */
const INTERRUPT_EVERY_MS = 50;

/** Reads from a database. */
export function openReading(instance: DuckDBInstance, timeoutSeconds: number): Reading {
  const inTurn = takingTurns(MOST_AT_ONCE);

  const connected = async function* <T>(
    signal: AbortSignal | undefined,
    work: (connection: DuckDBConnection) => AsyncIterable<T>,
  ): AsyncGenerator<T> {
    signal?.throwIfAborted();
    const connection = await instance.connect();
    const stopWatching = interruptedBy(signal, connection);
    try {
      for await (const found of work(connection)) {
        signal?.throwIfAborted();
        yield found;
      }
      signal?.throwIfAborted();
    } catch (cause) {
      signal?.throwIfAborted();
      throw searchError(cause);
    } finally {
      stopWatching();
      connection.closeSync();
    }
  };
  const limited = async <T>(connection: DuckDBConnection, work: Work<T>, signal?: AbortSignal) => {
    const timeout = AbortSignal.timeout(timeoutSeconds * 1000);
    const leave = await inTurn(signal ? AbortSignal.any([signal, timeout]) : timeout);
    const stopWatching = interruptedBy(timeout, connection);
    try {
      return await work(connection);
    } catch (cause) {
      throw timeout.aborted ? timedOut(cause) : cause;
    } finally {
      stopWatching();
      leave();
    }
  };
  return {
    read: (work, signal) =>
      only(
        connected(signal, async function* (connection) {
          yield await limited(connection, work, signal);
        }),
      ),
    readAtOnce: (work) =>
      only(
        connected(undefined, async function* (connection) {
          yield await work(connection);
        }),
      ),
    stream: (begin, signal) =>
      connected(signal, async function* (connection) {
        yield* await limited(connection, begin, signal);
      }),
  };
}

/** The one thing that is given. */
async function only<T>(given: AsyncIterable<T>): Promise<T> {
  for await (const first of given) return first;
  throw new Error("A statement gave nothing.");
}

/** Interrupts what runs when a signal is aborted, until that is no longer wanted. */
function interruptedBy(signal: AbortSignal | undefined, connection: DuckDBConnection): () => void {
  let timer: NodeJS.Timeout | undefined;
  const interrupt = () => {
    connection.interrupt();
    timer = setInterval(() => connection.interrupt(), INTERRUPT_EVERY_MS);
  };
  if (signal?.aborted) interrupt();
  else signal?.addEventListener("abort", interrupt, { once: true });
  return () => {
    signal?.removeEventListener("abort", interrupt);
    clearInterval(timer);
  };
}

/** The engine's errors about statements that ask too much of it. */
const TOO_COMPLEX = /^(?:Out of Memory Error|Binder Error: Max expression depth|Parser Error: .*depth)/s;

/** The contract's error for one of the engine's. */
function searchError(cause: unknown): AppError {
  if (isAppError(cause)) return cause;
  const message = cause instanceof Error ? cause.message : "";
  if (TOO_COMPLEX.test(message)) return tooComplex(cause);
  const badInput = /^Invalid Input Error: (.*)$/s.exec(message)?.[1];
  return badInput === undefined
    ? new SearchUnavailable("The search index cannot answer now. Try again in a moment.", { cause })
    : new BadArgument(`Bad value for parameter(s) 'Malformed supersearch query: ${badInput}'`, { cause });
}
