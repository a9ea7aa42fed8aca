import { mkdir } from "node:fs/promises";
import { PGlite } from "@electric-sql/pglite";
import { PrismaPGlite } from "pglite-prisma-adapter";
import { isCurrent, migrationsDirectory, type Database } from "./database";
import { PrismaClient } from "./generated/client";
import { migrate } from "./migrate";

/**
 * Opens the embedded PostgreSQL (PGlite) in a folder, made when it is not there, and applies the
 * migrations it lacks. One process may have it open.
 */
export async function openEmbeddedDatabase(directory: string): Promise<Database> {
  await mkdir(directory, { recursive: true });
  const server = await PGlite.create(directory);
  const adapter = new PrismaPGlite(server);
  const query = async (sql: string) => (await server.query<Record<string, unknown>>(sql)).rows;
  const applied = (await isCurrent(query)) ? [] : await migrate(adapter, migrationsDirectory());
  const client = new PrismaClient({ adapter });
  return {
    client,
    applied,
    async close() {
      await client.$disconnect();
      if (!server.closed) await server.close();
    },
  };
}
