import { formatISO, subDays } from "date-fns";
import { UTCDate } from "@date-fns/utc";
import { concurrently } from "#lib/core/concurrently";
import { crashIdDay, type CrashId } from "#lib/core/crash-id";
import { foundOrNull } from "#lib/crashstorage/found-or-null";
import { forgetFailedCrashes } from "#lib/db/failed-crashes";
import { forgetMissingCrashes } from "#lib/db/missing-crashes";
import { forgetMissingSymbols } from "#lib/db/missing-symbols";
import type { Job, JobServices } from "../job";
import { CANNOT_LIST, crashBatches } from "./crash-batches";

const AT_ONCE = 8;

/** Keeps crashes as long as RETENTION_CRASHES_DAYS says. */
export const expireCrashes: Job = {
  name: "expire-crashes",
  description:
    "Removes crashes for good, from every store, the search index and the database, RETENTION_CRASHES_DAYS after the day in their id.",
  async run({ window, services, signal }) {
    const { retentionCrashesDays: days, retentionDryRun: dryRun } = services.config;
    if (days === 0) return { skipped: "RETENTION_CRASHES_DAYS is 0" };
    const first = formatISO(subDays(new UTCDate(window), days), { format: "basic", representation: "date" });
    const batches = crashBatches(services.storage, null);
    if (!batches) return { skipped: CANNOT_LIST };
    let expired = 0;
    for await (const ids of batches) {
      signal.throwIfAborted();
      const old = ids.filter((id) => crashIdDay(id) < first);
      if (!dryRun) await removeAll(services, old, signal);
      expired += old.length;
    }
    return { before: first, expired, dryRun };
  },
};

/** The storage comes last: it lists what a run that was broken off has left. */
async function removeAll(
  { storage, search, database }: JobServices,
  ids: readonly CrashId[],
  signal: AbortSignal,
): Promise<void> {
  if (ids.length === 0) return;
  await search.remove(ids);
  await forgetFailedCrashes(database, ids);
  await forgetMissingCrashes(database, ids);
  await forgetMissingSymbols(database, ids);
  await concurrently(ids, { limit: AT_ONCE, signal }, async (id) => {
    await foundOrNull(storage.remove(id));
  });
  // A rebuild of the index may have put back meanwhile what it had read before.
  await search.remove(ids);
}
