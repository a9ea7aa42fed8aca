import type { Database } from "./database";

/** The name of the newest migration that the database has. */
export async function appliedMigration({ client }: Database): Promise<string> {
  const rows = await client.$queryRaw<{ migration_name: string }[]>`
    SELECT migration_name FROM _prisma_migrations WHERE finished_at IS NOT NULL
    ORDER BY migration_name DESC LIMIT 1`;
  return rows[0]?.migration_name ?? "Unknown";
}
