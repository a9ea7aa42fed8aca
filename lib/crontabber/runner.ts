import type { Logger } from "pino";
import type { JobError, JobState, JobStates, TakenJob } from "#lib/db/crontabber";
import type { JobReport, JobServices, ScheduledJob } from "./job";
import { failed, isDue, succeeded, unmetDependencies, windows } from "./schedule";

/** Jobs, and what running them needs. */
export interface Crontabber {
  /** In the order in which they run: `parseJobList`. */
  readonly jobs: readonly ScheduledJob[];
  readonly states: JobStates;
  readonly services: JobServices;
  /** How long one run may take. Then it is aborted, and any scheduler may run the job again. */
  readonly lockSeconds: number;
  readonly now: () => Date;
  readonly log: Logger;
}

/**
 * What became of a job: it ran well, failed, was not due, waits for others, is run by another scheduler, or was stopped
 * before it was done.
 */
export type JobOutcome =
  | { readonly kind: "ran" | "failed"; readonly runs: number }
  | { readonly kind: "not due" | "ongoing" | "stopped" }
  | { readonly kind: "waits"; readonly dependencies: readonly string[] };

export interface RunOptions {
  readonly signal: AbortSignal;
  /** Run the job whether it is due or not; with `everything`, also whatever it depends on. */
  readonly ignore?: "time" | "everything";
}

/**
 * Runs every job that is due, those that others depend on first. One that fails stops none but those that depend on it.
 * Gives what became of each; begins nothing more once `signal` is aborted.
 */
export async function runDueJobs(
  crontabber: Crontabber,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, JobOutcome>> {
  const outcomes = new Map<string, JobOutcome>();
  for (const scheduled of crontabber.jobs) {
    if (signal.aborted) break;
    outcomes.set(scheduled.job.name, await runJob(crontabber, scheduled, { signal }));
  }
  return outcomes;
}

/** Runs one job when it is due, or by force. What the job throws is kept in its state, and thrown no further. */
export async function runJob(
  crontabber: Crontabber,
  scheduled: ScheduledJob,
  options: RunOptions,
): Promise<JobOutcome> {
  const refusal = await refusalOf(crontabber, scheduled, options);
  if (refusal) return refusal;
  const { job } = scheduled;
  const { states, lockSeconds, now } = crontabber;
  const taken = await states.take(job.name, { now: now(), lockSeconds, owner: crypto.randomUUID() });
  if (!taken) return { kind: "ongoing" };
  try {
    // Another scheduler may have run it between the look and the taking.
    const late = await refusalOf(crontabber, scheduled, options);
    return late ?? (await runTaken(crontabber, scheduled, taken, options.signal));
  } finally {
    await states.giveBack(taken);
  }
}

/** Why a job is not run now; null when it is. */
async function refusalOf(
  { states, jobs, now }: Crontabber,
  scheduled: ScheduledJob,
  { ignore }: RunOptions,
): Promise<JobOutcome | null> {
  if (ignore === "everything") return null;
  const known = await statesByName(states);
  if (ignore !== "time" && !isDue(scheduled, known.get(scheduled.job.name), now()))
    return { kind: "not due" };
  const dependencies = unmetDependencies(scheduled, jobs, known, now());
  return dependencies.length > 0 ? { kind: "waits", dependencies } : null;
}

async function runTaken(
  crontabber: Crontabber,
  scheduled: ScheduledJob,
  taken: TakenJob,
  signal: AbortSignal,
): Promise<JobOutcome> {
  const { states, now } = crontabber;
  let { state } = taken;
  let runs = 0;
  for (const window of windows(scheduled, state, now())) {
    if (signal.aborted) return { kind: "stopped" };
    const startedAt = now();
    const error = await attempt(crontabber, scheduled, window, signal);
    if (error === "stopped") return { kind: "stopped" };
    const endedAt = now();
    const after = error
      ? failed(state, error, { startedAt, now: endedAt })
      : succeeded(scheduled, state, { window, startedAt });
    state = { ...after, ongoing: endedAt };
    const durationSeconds = Math.max(0, (endedAt.getTime() - startedAt.getTime()) / 1000);
    const isKept = await states.keep({ ...taken, state }, { startedAt, durationSeconds, error });
    if (!isKept) return { kind: "ongoing" };
    if (error) return { kind: "failed", runs };
    runs++;
  }
  return { kind: "ran", runs };
}

/** Runs a job once; gives what it threw. Its own end by `signal` is no failure. */
async function attempt(
  { services, lockSeconds, log }: Crontabber,
  { job }: ScheduledJob,
  window: Date,
  signal: AbortSignal,
): Promise<JobError | "stopped" | null> {
  const overdue = new AbortController();
  const timer = setTimeout(
    () => overdue.abort(new Error(`It took longer than ${lockSeconds} seconds.`)),
    lockSeconds * 1000,
  ).unref();
  const begun = performance.now();
  const facts = { job: job.name, window: window.toISOString() };
  const seconds = () => Number(((performance.now() - begun) / 1000).toFixed(3));
  try {
    const report: JobReport = await job.run({
      window,
      services,
      signal: AbortSignal.any([signal, overdue.signal]),
    });
    overdue.signal.throwIfAborted();
    if (signal.aborted) return "stopped";
    log.info({ ...facts, seconds: seconds(), ...report }, "a job ran");
    return null;
  } catch (error) {
    if (signal.aborted) return "stopped";
    log.error({ ...facts, seconds: seconds(), err: error }, "a job failed");
    return errorOf(error);
  } finally {
    clearTimeout(timer);
  }
}

function errorOf(error: unknown): JobError {
  if (!(error instanceof Error)) return { type: typeof error, value: String(error), traceback: "" };
  return { type: error.name, value: error.message, traceback: error.stack ?? "" };
}

/** The states of jobs by their names. */
export async function statesByName(states: JobStates): Promise<ReadonlyMap<string, JobState>> {
  return new Map((await states.list()).map((state) => [state.name, state]));
}
