import type { Job, ScheduledJob } from "./job";
import { parseJobList } from "./job-list";
import { cleanFailedCrashes, cleanseCronlog } from "./jobs/clean-up";
import { expireCrashes } from "./jobs/expire-crashes";
import { expireIndex } from "./jobs/expire-index";
import { updateMissing } from "./jobs/update-missing";
import { verifyProcessed } from "./jobs/verify-processed";

/** Every job there is. */
export const JOBS: readonly Job[] = [
  verifyProcessed,
  updateMissing,
  expireIndex,
  expireCrashes,
  cleanseCronlog,
  cleanFailedCrashes,
];

/** What runs when CRONTABBER_JOBS is not set. */
export const DEFAULT_JOBS = `
  update-missing|1d|03:00
  verify-processed|1d|04:00
  cleanse-cronlog|7d|05:00
  clean-failed-crashes|7d|05:00
  expire-crashes|1d|06:00
  expire-index|1d|06:00
`;

/** The jobs of the setting CRONTABBER_JOBS, in the order in which they run. Throws BadSetting. */
export function scheduledJobs({
  crontabberJobs,
}: {
  readonly crontabberJobs: string;
}): readonly ScheduledJob[] {
  return parseJobList(crontabberJobs.trim() === "" ? DEFAULT_JOBS : crontabberJobs, JOBS);
}
