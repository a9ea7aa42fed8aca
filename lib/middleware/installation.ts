import type { Config } from "#lib/config/settings";
import { scheduledJobs } from "#lib/crontabber/registry";
import { statesByName } from "#lib/crontabber/runner";
import { stateDocument } from "#lib/crontabber/state-document";
import { appliedMigration } from "#lib/db/applied-migration";
import { databaseJobStates } from "#lib/db/crontabber";
import type { Database } from "#lib/db/database";

/** The newest migration of the database. */
export function schemaRevision(database: Database): Promise<string> {
  return appliedMigration(database);
}

/** The scheduled jobs and how each is, without what is in their errors. */
export async function jobStates({
  config,
  database,
}: {
  readonly config: Config;
  readonly database: Database;
}): Promise<ReturnType<typeof stateDocument>> {
  const states = await statesByName(databaseJobStates(database));
  return stateDocument(scheduledJobs(config), states, { withErrors: false });
}
