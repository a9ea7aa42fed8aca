import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { PrismaPGlite } from "pglite-prisma-adapter";
import { installationDirectory } from "#lib/config/installation";
import { PrismaClient } from "./generated/client";
import { migrate, readMigrations } from "./migrate";

/** The database of people, products, signatures and jobs. */
export interface Database {
  readonly client: PrismaClient;
  /** Migrations that opening it applied. */
  readonly applied: readonly string[];
  close(): Promise<void>;
}

/** The folder of all migrations. */
export function migrationsDirectory(): string {
  return join(installationDirectory(), "prisma", "migrations");
}

/**
 * Opens the embedded PostgreSQL (PGlite) in a folder, made when it is not there, and applies the
 * migrations it lacks. One process may have it open.
 */
export async function openEmbeddedDatabase(directory: string): Promise<Database> {
  await mkdir(directory, { recursive: true });
  const server = await PGlite.create(directory);
  const adapter = new PrismaPGlite(server);
  const applied = (await isCurrent(server)) ? [] : await migrate(adapter, migrationsDirectory());
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

/** Whether every migration is already applied: then the schema engine need not be loaded at all. */
async function isCurrent(server: PGlite): Promise<boolean> {
  const { rows } = await server.query<{ known: boolean }>(
    "SELECT to_regclass('_prisma_migrations') IS NOT NULL AS known",
  );
  if (!rows[0]?.known) return false;
  const done = await server.query<{ migration_name: string }>(
    "SELECT migration_name FROM _prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL",
  );
  const names = new Set(done.rows.map((row) => row.migration_name));
  const { migrationDirectories } = await readMigrations(migrationsDirectory());
  return migrationDirectories.every(({ path }) => names.has(path));
}
