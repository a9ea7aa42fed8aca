import type { TransactionExecutor } from "#lib/transaction/executor";
import type { Connection, ConnectionContext } from "./connection";
import { asAppError } from "./failure";

export interface TransactionOptions {
  readonly connections: ConnectionContext;
  /** Which of the failures that `isOperational` knows are tried again, and when. */
  readonly execute: TransactionExecutor;
  /** What messages name beside the server. */
  readonly subject: string;
  readonly signal?: AbortSignal;
}

/**
 * Runs `work` on a connection, another one for each attempt. Throws StorageUnavailable and StorageRefused for failures of
 * the server, and what `work` throws.
 */
export function attempt<T>(
  { connections, execute, subject, signal }: TransactionOptions,
  work: (connection: Connection) => Promise<T>,
): Promise<T> {
  return execute(async () => {
    try {
      return await connections.use(work, signal);
    } catch (error) {
      throw asAppError(`${connections.name}, ${subject}`, error);
    }
  }, signal);
}

/** The same in a transaction: what `work` did is there when it resolves, and rolled back when it throws. */
export function transact<T>(
  options: TransactionOptions,
  work: (connection: Connection) => Promise<T>,
): Promise<T> {
  return attempt(options, (connection) => committed(connection, "BEGIN", work));
}

/** The same for `work` that only reads: all of its queries see one moment. */
export function snapshot<T>(
  options: TransactionOptions,
  work: (connection: Connection) => Promise<T>,
): Promise<T> {
  const begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
  return attempt(options, (connection) => committed(connection, begin, work));
}

/** Runs `work` between `begin` and COMMIT, or ROLLBACK when it throws. */
async function committed<T>(
  connection: Connection,
  begin: string,
  work: (connection: Connection) => Promise<T>,
): Promise<T> {
  await connection.query(begin);
  try {
    const result = await work(connection);
    await connection.query("COMMIT");
    return result;
  } catch (error) {
    // A connection that is lost has been rolled back by the server.
    await connection.query("ROLLBACK").catch(() => undefined);
    throw error;
  }
}
