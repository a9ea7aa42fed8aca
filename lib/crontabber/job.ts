import type { Services } from "#lib/services";
import type { Timetable } from "./timetable";

/** What jobs work with. */
export type JobServices = Pick<Services, "config" | "storage" | "queue" | "search" | "database">;

/** One run of a job. */
export interface JobRun {
  /** When it runs; for a job that is backfilled, the moment at which this run was due. */
  readonly window: Date;
  readonly services: JobServices;
  /** Aborted when the scheduler stops, and when the job has taken longer than its lock lasts. */
  readonly signal: AbortSignal;
}

/** What a run did, for its log line. */
export type JobReport = Readonly<Record<string, number | string | boolean>>;

/**
 * A scheduled job. It may be killed at any point and is then run again, so doing it twice must be doing it once. What it
 * throws is kept as its last error.
 */
export interface Job {
  /** Under which its state is kept: lower case, words joined by `-`. */
  readonly name: string;
  /** What it does, in a sentence for people. */
  readonly description: string;
  /** Names of jobs that must have run, and run well, when they were last due. */
  readonly dependsOn?: readonly string[];
  /** Whether each interval that was missed gets a run of its own. */
  readonly backfill?: boolean;
  run(run: JobRun): Promise<JobReport>;
}

/** A job and when it runs. */
export interface ScheduledJob {
  readonly job: Job;
  readonly timetable: Timetable;
}

/** The name of a job in the way Socorro names classes: `verify-processed` is `VerifyProcessedCronApp`. */
export function classNameOf({ name }: Job): string {
  const words = name.split("-").map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`);
  return `${words.join("")}CronApp`;
}
