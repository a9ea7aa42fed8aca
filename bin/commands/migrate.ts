import { Command } from "commander";
import { loadConfig } from "#lib/config/config";
import type { Config } from "#lib/config/settings";
import { openDatabase } from "#lib/db/open-database";
import { createLog } from "#lib/monitoring/log";
import { openServices } from "#lib/server/open-services";

/** `crash-stats migrate`: bring the database up to date. The server does it too when it starts. */
export function migrateCommand(): Command {
  return new Command("migrate")
    .description(
      "apply the database migrations that are missing; a server with an embedded database must not be running",
    )
    .action(async () => {
      const applied = await migrateDatabase(loadConfig().config);
      process.stdout.write(
        applied.length === 0 ? "The database is up to date.\n" : `Applied: ${applied.join(", ")}\n`,
      );
    });
}

async function migrateDatabase(config: Config): Promise<readonly string[]> {
  if (config.databaseUrl !== "") {
    const database = await openDatabase(config);
    await database.close();
    return database.applied;
  }
  // Opening everything refuses a data folder that a running server has.
  const open = await openServices(config, createLog(config.logLevel));
  await open.close();
  return open.services.database.applied;
}
