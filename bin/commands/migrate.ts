import { join, resolve } from "node:path";
import { Command } from "commander";
import { loadConfig } from "#lib/config/config";
import { openEmbeddedDatabase } from "#lib/db/database";

/** `crash-stats migrate`: bring the database up to date. The server does it too when it starts. */
export function migrateCommand(): Command {
  return new Command("migrate")
    .description("apply the database migrations that are missing")
    .action(async () => {
      const { config } = loadConfig();
      const database = await openEmbeddedDatabase(join(resolve(config.dataDirectory), "database"));
      const applied =
        database.applied.length === 0
          ? "The database is up to date.\n"
          : `Applied: ${database.applied.join(", ")}\n`;
      await database.close();
      process.stdout.write(applied);
    });
}
