import { PrismaPg } from "@prisma/adapter-pg";
import { Pool } from "pg";
import type { Connection } from "#lib/postgresql/connection";
import { plainConnections } from "#lib/postgresql/connection-context";
import { asAppError, tryLogin } from "#lib/postgresql/failure";
import { singleRowSql } from "#lib/postgresql/queries";
import { isCurrent, migrationsDirectory, type Database } from "./database";
import { PrismaClient } from "./generated/client";
import { migrate } from "./migrate";

const SETTING = "DATABASE_URL";
const MAXIMUM_CONNECTIONS = 10;
const CONNECT_TIMEOUT_MS = 10_000;

/** Any number that no other program on the same database locks. */
const MIGRATION_LOCK = 7_262_745_301;
const MIGRATION_LOCK_TIMEOUT_SECONDS = 300;

/**
 * Opens the database on a PostgreSQL server and applies the migrations it lacks; processes that start at the same time
 * wait for the one that does. Throws BadSetting when the server refuses the login or has no such database,
 * StorageUnavailable when it does not answer, and what `migrate` throws.
 */
export async function openServerDatabase(url: string): Promise<Database> {
  const place = { url, setting: SETTING };
  const connections = plainConnections({
    ...place,
    statementTimeoutSeconds: MIGRATION_LOCK_TIMEOUT_SECONDS,
  });
  await tryLogin(connections, SETTING);
  // Of our own: the schema engine never closes one that it makes.
  const pool = new Pool({
    connectionString: url,
    application_name: "crash-stats",
    max: MAXIMUM_CONNECTIONS,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
  });
  // A server that goes away cuts idle connections too; the next query opens another.
  pool.on("error", () => undefined);
  const adapter = new PrismaPg(pool);
  try {
    const applied = await connections.use((connection) => migrateAlone(connection, adapter));
    const client = new PrismaClient({ adapter });
    return {
      client,
      applied,
      async close() {
        await client.$disconnect();
        await pool.end();
      },
    };
  } catch (error) {
    await pool.end();
    throw asAppError(`${connections.name} cannot be migrated`, error);
  }
}

/** The lock belongs to the connection, and goes with it when this process is killed. */
async function migrateAlone(connection: Connection, adapter: PrismaPg): Promise<readonly string[]> {
  const isDone = () => isCurrent((sql) => connection.query(sql));
  if (await isDone()) return [];
  await singleRowSql(connection, "SELECT pg_advisory_lock($1)", [MIGRATION_LOCK]);
  return (await isDone()) ? [] : migrate(adapter, migrationsDirectory());
}
