import { plainConnections } from "#lib/postgresql/connection-context";

/** An empty database of its own on a PostgreSQL server. */
export interface ScratchDatabase {
  readonly url: string;
  /** Cuts whoever still uses it, and removes it. */
  drop(): Promise<void>;
}

/** Makes a database for one test on the server of `serverUrl`, whose user may do so. */
export async function createScratchDatabase(serverUrl: string): Promise<ScratchDatabase> {
  const name = `scratch_${crypto.randomUUID().replaceAll("-", "")}`;
  const server = plainConnections({ url: serverUrl, setting: "TEST_DATABASE_URL" });
  const run = (sql: string) => server.use((connection) => connection.query(sql));
  await run(`CREATE DATABASE ${name}`);
  const url = new URL(serverUrl);
  url.pathname = name;
  return {
    url: url.href,
    async drop() {
      await run(`DROP DATABASE ${name} WITH (FORCE)`);
    },
  };
}
