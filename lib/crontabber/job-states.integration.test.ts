import { inject } from "vitest";
import { createScratchDatabase } from "#test/services/scratch-database";
import { databaseJobStates } from "#lib/db/crontabber";
import { openDatabase } from "#lib/db/open-database";
import { jobStatesContract } from "./conformance";

jobStatesContract("on a PostgreSQL server", async () => {
  const scratch = await createScratchDatabase(inject("databaseUrl"));
  const database = await openDatabase({ databaseUrl: scratch.url, dataDirectory: "/nowhere" });
  return {
    states: databaseJobStates(database),
    async close() {
      await database.close();
      await scratch.drop();
    },
  };
});
