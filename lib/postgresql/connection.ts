/** A row by the names of its columns. */
export type Row = Readonly<Record<string, unknown>>;

/** One session of a PostgreSQL, whichever client speaks to it. */
export interface Connection {
  /** Runs one statement, with `values` for `$1`, `$2` and so on. Throws what the client throws. */
  query(sql: string, values?: readonly unknown[]): Promise<readonly Row[]>;
}

/**
 * Hands out connections for as long as they are needed.
 *
 * The names come from Socorro's connection contexts: there a functor that is entered and left, here a function that gets
 * the connection and may not keep it.
 */
export interface ConnectionContext {
  /** Host, port and database, for messages. Never a password. */
  readonly name: string;
  /**
   * Gives `work` a connection of its own, and takes it back whatever happens. When the signal aborts, a running statement
   * is broken off with its connection, and the signal's reason is thrown.
   */
  use<T>(work: (connection: Connection) => Promise<T>, signal?: AbortSignal): Promise<T>;
  /** Connections that are open now are not used again once they are given back. */
  forceReconnect(): void;
  /** Resolves when all connections are closed. */
  close(): Promise<void>;
}
