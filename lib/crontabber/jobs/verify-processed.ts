import { addDays, formatISO } from "date-fns";
import { UTCDate } from "@date-fns/utc";
import { crashIdDigit } from "#lib/core/crash-id";
import { noteMissingCrashes } from "#lib/db/missing-crashes";
import type { Job } from "../job";
import { CANNOT_LIST, crashBatches } from "./crash-batches";
import { withoutResult } from "./without-result";

/** The throttle digit of a crash that is processed only when somebody opens its report. */
const DEFERRED = "1";

/** Finds crashes of the day before that were lost between collector and index, and has them processed. */
export const verifyProcessed: Job = {
  name: "verify-processed",
  description:
    "Finds the crashes of the day before that have no processed crash or are not in the search index, remembers the former as missing, and queues them all for processing.",
  backfill: true,
  async run({ window, services, signal }) {
    const yesterday = addDays(new UTCDate(window), -1);
    const day = formatISO(yesterday, { format: "basic", representation: "date" });
    const batches = crashBatches(services.storage, day);
    if (!batches) return { day, skipped: CANNOT_LIST };
    let [checked, missing, unindexed] = [0, 0, 0];
    for await (const ids of batches) {
      signal.throwIfAborted();
      const found = await withoutResult(services, ids, signal);
      const lost = ids.filter((id) => found.unprocessed.has(id) && crashIdDigit(id) !== DEFERRED);
      const unsearchable = ids.filter((id) => found.unindexed.has(id) && !found.unprocessed.has(id));
      await noteMissingCrashes(services.database, lost, new Date());
      await services.queue.publish(
        "reprocessing",
        [...lost, ...unsearchable].map((id) => ({ id, ruleset: "default" })),
      );
      checked += ids.length;
      missing += lost.length;
      unindexed += unsearchable.length;
    }
    return { day, checked, missing, unindexed };
  },
};
