import { subDays } from "date-fns";
import { forgetJobRuns } from "#lib/db/crontabber";
import { forgetFailedCrashesBefore } from "#lib/db/failed-crashes";
import type { Job } from "../job";

const KEPT_DAYS = 180;

/** Keeps the log of runs short. */
export const cleanseCronlog: Job = {
  name: "cleanse-cronlog",
  description: `Forgets the runs of scheduled jobs after ${KEPT_DAYS} days.`,
  async run({ window, services }) {
    return { forgotten: await forgetJobRuns(services.database, subDays(window, KEPT_DAYS)) };
  },
};

/** Keeps the list of crashes that were given up short. */
export const cleanFailedCrashes: Job = {
  name: "clean-failed-crashes",
  description: `Forgets after ${KEPT_DAYS} days that crashes were given up; the crashes stay, with their notes.`,
  async run({ window, services }) {
    return { forgotten: await forgetFailedCrashesBefore(services.database, subDays(window, KEPT_DAYS)) };
  },
};
