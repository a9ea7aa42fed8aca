import { readFile } from "node:fs/promises";
import pg from "pg";
import { rawCrash } from "./crashes";
import type { Bare, Store } from "./store";

const CONNECTIONS = 5;

/** A transaction for the raw crash and its dump, which are replaced when they are there; a query for each when read. */
export async function bareRows({ url }: Extract<Bare, { kind: "rows" }>, dump: string): Promise<Store> {
  const pool = new pg.Pool({ connectionString: url, max: CONNECTIONS });
  await pool.query(`
    CREATE TABLE IF NOT EXISTS bare_crashes (uuid uuid PRIMARY KEY, raw_crash json NOT NULL);
    CREATE TABLE IF NOT EXISTS bare_dumps (uuid uuid PRIMARY KEY, bytes bytea NOT NULL);
    ALTER TABLE bare_dumps ALTER bytes SET STORAGE EXTERNAL`);
  return {
    async save(id) {
      const content = await readFile(dump);
      const client = await pool.connect();
      await client.query("BEGIN");
      await client.query(
        `INSERT INTO bare_crashes VALUES ($1, $2) ON CONFLICT (uuid) DO UPDATE SET raw_crash = excluded.raw_crash`,
        [id, JSON.stringify(rawCrash(id))],
      );
      await client.query("DELETE FROM bare_dumps WHERE uuid = $1", [id]);
      await client.query("INSERT INTO bare_dumps VALUES ($1, $2)", [id, content]);
      await client.query("COMMIT");
      client.release();
    },
    async get(id) {
      const raw = await pool.query("SELECT raw_crash FROM bare_crashes WHERE uuid = $1", [id]);
      return [raw, await pool.query("SELECT bytes FROM bare_dumps WHERE uuid = $1", [id])];
    },
  };
}
