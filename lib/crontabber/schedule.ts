import { addSeconds } from "date-fns";
import type { JobError, JobState } from "#lib/db/crontabber";
import type { ScheduledJob } from "./job";
import { following, isTimeOfDayReached, latest } from "./timetable";

/** How long a job waits that has failed. */
export const ERROR_RETRY_SECONDS = 300;

/** The state of a job that never ran. */
export function neverRun(name: string): JobState {
  return {
    name,
    firstRun: null,
    lastRun: null,
    lastSuccess: null,
    nextRun: null,
    errorCount: 0,
    lastError: null,
    ongoing: null,
  };
}

/**
 * Whether it is time for a job: its next run has come, or it never ran and its time of day has come. A next run that is
 * more than two intervals away was written by a clock that was ahead, or by another timetable, and does not count.
 */
export function isDue({ timetable }: ScheduledJob, state: JobState | undefined, now: Date): boolean {
  const next = state?.nextRun;
  if (!next) return isTimeOfDayReached(now, timetable);
  return next <= now || isBeyondReason(next, { timetable, now });
}

/** The jobs a job waits for: those it depends on that never ran well, failed when they last ran, or are due. */
export function unmetDependencies(
  { job }: ScheduledJob,
  jobs: readonly ScheduledJob[],
  states: ReadonlyMap<string, JobState>,
  now: Date,
): readonly string[] {
  return (job.dependsOn ?? []).filter((name) => {
    const dependency = jobs.find((other) => other.job.name === name);
    const state = states.get(name);
    return !dependency || !state?.lastSuccess || state.lastError !== null || isDue(dependency, state, now);
  });
}

/**
 * The runs of a job whose time has come, as the moments they are for. A job that is not backfilled runs once, for now. A
 * backfilled one runs for each interval since the last that went well, oldest first, without gaps from its first run on;
 * when none is missing (it is forced, or the clock went back) the last is run again.
 */
export function* windows(
  { job, timetable }: ScheduledJob,
  state: JobState | undefined,
  now: Date,
): Generator<Date, void> {
  const reached = state?.lastSuccess ?? null;
  const first = latest(reached ?? state?.firstRun ?? now, timetable);
  let window = reached ? following(first, timetable) : first;
  if (!job.backfill) yield now;
  else if (window > now) yield first > now ? latest(now, timetable) : first;
  else for (; window <= now; window = following(window, timetable)) yield window;
}

/** The state after a run that began at `startedAt` went well. */
export function succeeded(
  { job, timetable }: ScheduledJob,
  state: JobState,
  { window, startedAt }: { readonly window: Date; readonly startedAt: Date },
): JobState {
  const reached = job.backfill ? window : startedAt;
  return {
    ...state,
    firstRun: state.firstRun ?? startedAt,
    lastRun: startedAt,
    lastSuccess: reached,
    nextRun: following(reached, timetable),
    errorCount: 0,
    lastError: null,
  };
}

/** The state after a run that began at `startedAt` threw at `now`. */
export function failed(
  state: JobState,
  error: JobError,
  { startedAt, now }: { readonly startedAt: Date; readonly now: Date },
): JobState {
  return {
    ...state,
    firstRun: state.firstRun ?? startedAt,
    lastRun: startedAt,
    nextRun: addSeconds(now, ERROR_RETRY_SECONDS),
    errorCount: state.errorCount + 1,
    lastError: error,
  };
}

function isBeyondReason(
  next: Date,
  { timetable, now }: { readonly timetable: ScheduledJob["timetable"]; readonly now: Date },
): boolean {
  return (
    next > following(following(now, timetable), timetable) && next > addSeconds(now, 2 * ERROR_RETRY_SECONDS)
  );
}
