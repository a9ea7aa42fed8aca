import { Command } from "commander";
import { loadConfig } from "#lib/config/config";
import { createLog } from "#lib/monitoring/log";
import { openServices } from "#lib/server/open-services";

/** `crash-stats migrate`: bring the database up to date. The server does it too when it starts. */
export function migrateCommand(): Command {
  return new Command("migrate")
    .description("apply the database migrations that are missing; the server must not be running")
    .action(async () => {
      const { config } = loadConfig();
      const open = await openServices(config, createLog(config.logLevel));
      const { applied } = open.services.database;
      await open.close();
      process.stdout.write(
        applied.length === 0 ? "The database is up to date.\n" : `Applied: ${applied.join(", ")}\n`,
      );
    });
}
