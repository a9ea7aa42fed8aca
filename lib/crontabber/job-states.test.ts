import { openTestServices } from "#test/test-services";
import { memoryJobStates } from "#test/memory-job-states";
import { databaseJobStates } from "#lib/db/crontabber";
import { jobStatesContract } from "./conformance";

jobStatesContract("in memory", () =>
  Promise.resolve({ states: memoryJobStates(), close: () => Promise.resolve() }),
);

jobStatesContract("in the embedded database", async () => {
  const open = await openTestServices();
  return { states: databaseJobStates(open.services.database), close: () => open.close() };
});
