import { setImmediate } from "node:timers/promises";
import type { PGlite } from "@electric-sql/pglite";
import type { ConnectionContext, Row } from "#lib/postgresql/connection";

/** The one session of a PostgreSQL in memory, which its users take turns with. Closing leaves it open for others. */
export function pgliteConnections(server: PGlite): ConnectionContext {
  let last: Promise<unknown> = Promise.resolve();
  const connection = {
    query: async (sql: string, values: readonly unknown[] = []) =>
      (await server.query<Row>(sql, [...values])).rows,
  };
  return {
    name: "PGlite",
    use(work) {
      // It answers without ever waiting for the event loop, which would starve whoever does.
      const turn = last.then(() => setImmediate()).then(() => work(connection));
      last = turn.catch(() => undefined);
      return turn;
    },
    forceReconnect: () => undefined,
    close: () => Promise.resolve(),
  };
}
