import { readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { PrismaPGlite } from "pglite-prisma-adapter";
import { migrate, NO_FILTERS } from "./migrate";
import { openSchemaEngine } from "./schema-engine";

/**
 * The SQL that is missing between what the migrations of a folder make and what a Prisma schema
 * says; null when they agree. Tried out on a database in memory.
 */
export async function schemaDrift(migrationsDirectory: string, schemaPath: string): Promise<string | null> {
  const database = new PGlite();
  const adapter = new PrismaPGlite(database);
  await migrate(adapter, migrationsDirectory);
  const files = [{ path: schemaPath, content: await readFile(schemaPath, "utf8") }];
  const engine = await openSchemaEngine(adapter, files[0]);
  const { stdout } = await engine.diff({
    from: { tag: "schemaDatasource", files, configDir: dirname(schemaPath) },
    to: { tag: "schemaDatamodel", files },
    script: true,
    exitCode: null,
    filters: NO_FILTERS,
  });
  engine.free();
  await database.close();
  return stdout && !stdout.includes("-- This is an empty migration.") ? stdout : null;
}
