import { parseCrashId } from "#lib/core/crash-id";
import { noteCrashesProcessed, unprocessedMissingCrashes } from "#lib/db/missing-crashes";
import type { Job } from "../job";
import { withoutResult } from "./without-result";

const BATCH = 100;

/** Looks again for the crashes that `verify-processed` missed. */
export const updateMissing: Job = {
  name: "update-missing",
  description:
    "Looks again for the crashes that were found missing, and marks those that have been processed since.",
  async run({ services, signal }) {
    let [after, checked, processed] = [0, 0, 0];
    for (;;) {
      signal.throwIfAborted();
      const rows = await unprocessedMissingCrashes(services.database, after, BATCH);
      const ids = rows.flatMap(({ crashId }) => parseCrashId(crashId) ?? []);
      const last = rows.at(-1);
      if (!last) return { checked, processed };
      const { unprocessed, unindexed } = await withoutResult(services, ids, signal);
      const there = ids.filter((id) => !unprocessed.has(id) && !unindexed.has(id));
      await noteCrashesProcessed(services.database, there);
      [after, checked, processed] = [last.id, checked + rows.length, processed + there.length];
    }
  },
};
