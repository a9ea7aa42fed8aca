import { join } from "node:path";
import { installationDirectory } from "#lib/config/installation";
import type { Prisma, PrismaClient } from "./generated/client";
import { readMigrations } from "./migrate";

/** The database of people, products, signatures and jobs. */
export interface Database {
  readonly client: PrismaClient;
  /** Migrations that opening it applied. */
  readonly applied: readonly string[];
  close(): Promise<void>;
}

/** The database, or a transaction in it. */
export interface Queryable {
  readonly client: Prisma.TransactionClient;
}

/** The folder of all migrations. */
export function migrationsDirectory(): string {
  return join(installationDirectory(), "prisma", "migrations");
}

/** Whether every migration is already applied: then the schema engine need not be loaded at all. */
export async function isCurrent(
  query: (sql: string) => Promise<readonly Readonly<Record<string, unknown>>[]>,
): Promise<boolean> {
  const [table] = await query("SELECT to_regclass('_prisma_migrations') IS NOT NULL AS known");
  if (table?.known !== true) return false;
  const done = await query(
    "SELECT migration_name FROM _prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL",
  );
  const names = new Set(done.map((row) => row.migration_name));
  const { migrationDirectories } = await readMigrations(migrationsDirectory());
  return migrationDirectories.every(({ path }) => names.has(path));
}
