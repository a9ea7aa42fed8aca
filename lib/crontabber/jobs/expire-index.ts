import { subDays } from "date-fns";
import type { Job } from "../job";

/** Keeps the search index as long as RETENTION_INDEX_DAYS says. */
export const expireIndex: Job = {
  name: "expire-index",
  description:
    "Removes crashes from the search index after RETENTION_INDEX_DAYS: by the day from the embedded one, by whole indices from Elasticsearch.",
  async run({ window, services: { config, search } }) {
    const { retentionIndexDays: days, retentionDryRun: dryRun } = config;
    if (days === 0) return { skipped: "RETENTION_INDEX_DAYS is 0" };
    return { expired: await search.expire(subDays(window, days), { dryRun }), dryRun };
  },
};
