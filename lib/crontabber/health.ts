import { differenceInMinutes } from "date-fns";
import type { JobState } from "#lib/db/crontabber";
import { classNameOf, type ScheduledJob } from "./job";
import { unmetDependencies } from "./schedule";

/** A job that is due for as long as this was looked at by no scheduler. */
const OVERDUE_MINUTES = 120;

/** How the jobs are. */
export interface CrontabberHealth {
  /** Jobs whose last run failed. */
  readonly broken: readonly { readonly scheduled: ScheduledJob; readonly state: JobState }[];
  /** Jobs that wait for others which failed. */
  readonly blocked: readonly string[];
  /** Jobs that nobody runs although they have been due for two hours and wait for nothing: no scheduler is running. */
  readonly overdue: readonly string[];
}

export function crontabberHealth(
  jobs: readonly ScheduledJob[],
  states: ReadonlyMap<string, JobState>,
  now: Date,
): CrontabberHealth {
  const broken = jobs.flatMap((scheduled) => {
    const state = states.get(scheduled.job.name);
    return state?.lastError ? [{ scheduled, state }] : [];
  });
  const blocked: string[] = [];
  const overdue: string[] = [];
  for (const scheduled of jobs) {
    const { name, dependsOn = [] } = scheduled.job;
    const state = states.get(name);
    if (dependsOn.some((dependency) => states.get(dependency)?.lastError)) blocked.push(name);
    else if (
      state?.nextRun &&
      state.ongoing === null &&
      differenceInMinutes(now, state.nextRun) > OVERDUE_MINUTES &&
      unmetDependencies(scheduled, jobs, states, now).length === 0
    )
      overdue.push(name);
  }
  return { broken, blocked, overdue };
}

/** The answer for Nagios: a line, and 0 when all is well, 1 for a warning, 2 when somebody should come. */
export function nagiosAnswer({ broken, overdue }: CrontabberHealth): {
  readonly code: 0 | 1 | 2;
  readonly line: string;
} {
  const reasons = [
    ...broken.map(({ scheduled: { job }, state }) => {
      return `${job.name} (${classNameOf(job)}) | ${state.lastError?.type ?? ""} | ${state.lastError?.value ?? ""}`;
    }),
    ...overdue.map((name) => `${name} is overdue: no scheduler runs it`),
  ].map((reason) => reason.replaceAll(/\s+/g, " "));
  if (reasons.length === 0) return { code: 0, line: "OK - All systems nominal" };
  // A backfilled job makes up for a failure by itself.
  const isWarning =
    overdue.length === 0 &&
    broken.every(({ scheduled, state }) => scheduled.job.backfill && state.errorCount === 1);
  return isWarning
    ? { code: 1, line: `WARNING - ${reasons.join("; ")}` }
    : { code: 2, line: `CRITICAL - ${reasons.join("; ")}` };
}

/** The answer of `/monitoring/crontabber/`, which anybody may ask: names, and no more of the errors than their types. */
export function monitoringAnswer({ broken, blocked, overdue }: CrontabberHealth) {
  if (broken.length === 0 && overdue.length === 0) return { status: "ALLGOOD" } as const;
  return {
    status: broken.length > 0 ? "Broken" : "Stale",
    broken: broken.map(({ scheduled: { job } }) => job.name),
    blocked,
    overdue,
  } as const;
}
