import type { Database } from "./database";
import type { CrontabberJob } from "./generated/client";

/** What a job threw. */
export interface JobError {
  /** The name of the error, such as `StorageUnavailable`. */
  readonly type: string;
  readonly value: string;
  readonly traceback: string;
}

/** What is known about a scheduled job. */
export interface JobState {
  readonly name: string;
  readonly firstRun: Date | null;
  readonly lastRun: Date | null;
  /** For a backfilled job, the moment that its last good run was for. */
  readonly lastSuccess: Date | null;
  readonly nextRun: Date | null;
  /** Failures since it last ran well. */
  readonly errorCount: number;
  readonly lastError: JobError | null;
  /** Since when it runs; null when it does not. */
  readonly ongoing: Date | null;
}

/** A job that this scheduler has and no other one. */
export interface TakenJob {
  readonly state: JobState;
  /** Of this taking alone. */
  readonly owner: string;
}

/** One run that ended. */
export interface JobRunRecord {
  readonly startedAt: Date;
  readonly durationSeconds: number;
  /** Null when it went well. */
  readonly error: JobError | null;
}

/**
 * The states of jobs, which several schedulers share. Who has taken a job is the only one to write its state until it is
 * given back or, when it is not for longer than the lock lasts, taken by another: then `keep` and `giveBack` of the first
 * change nothing.
 *
 * Every implementation runs `jobStatesContract` of conformance.ts in lib/crontabber.
 */
export interface JobStates {
  /** Of every job that ever ran, by name. */
  list(): Promise<readonly JobState[]>;
  /**
   * Takes a job, unless somebody has it whose taking is not longer away from `now` than `lockSeconds`, in either direction:
   * clocks go back, too. Null when it could not be taken.
   */
  take(
    name: string,
    lock: { readonly now: Date; readonly lockSeconds: number; readonly owner: string },
  ): Promise<TakenJob | null>;
  /** Writes the state after a run and a row of the log; false when another scheduler has taken the job meanwhile. */
  keep(taken: TakenJob, run: JobRunRecord): Promise<boolean>;
  /** Ends the taking. */
  giveBack(taken: TakenJob): Promise<void>;
  /** Forgets a job, as if it had never run; false when nothing was known of it. */
  reset(name: string): Promise<boolean>;
  /** Writes a state by hand, unless somebody has the job: then it is false. */
  overwrite(state: JobState): Promise<boolean>;
}

/** The states in the database. */
export function databaseJobStates({ client }: Database): JobStates {
  return {
    async list() {
      const rows = await client.crontabberJob.findMany({ orderBy: { name: "asc" } });
      return rows.map(stateOf);
    },
    async take(name, { now, lockSeconds, owner }) {
      const away = (seconds: number) => new Date(now.getTime() + seconds * 1000);
      await client.crontabberJob.createMany({ data: [{ name }], skipDuplicates: true });
      const [row] = await client.crontabberJob.updateManyAndReturn({
        where: {
          name,
          OR: [
            { ongoing: null },
            { ongoing: { lt: away(-lockSeconds) } },
            { ongoing: { gt: away(lockSeconds) } },
          ],
        },
        data: { ongoing: now, owner },
      });
      return row ? { state: stateOf(row), owner } : null;
    },
    keep: ({ state, owner }, run) =>
      client.$transaction(async (transaction) => {
        const { count } = await transaction.crontabberJob.updateMany({
          where: { name: state.name, owner },
          data: columnsOf(state),
        });
        if (count === 0) return false;
        await transaction.crontabberRun.create({ data: logRow(state.name, run) });
        return true;
      }),
    async giveBack({ state: { name }, owner }) {
      await client.crontabberJob.updateMany({
        where: { name, owner },
        data: { ongoing: null, owner: null },
      });
    },
    async reset(name) {
      return (await client.crontabberJob.deleteMany({ where: { name } })).count > 0;
    },
    async overwrite(state) {
      await client.crontabberJob.createMany({ data: [{ name: state.name }], skipDuplicates: true });
      const where = { name: state.name, ongoing: null };
      return (await client.crontabberJob.updateMany({ where, data: columnsOf(state) })).count > 0;
    },
  };
}

/** Forgets the runs that began before a moment, and says how many there were. */
export async function forgetJobRuns({ client }: Database, before: Date): Promise<number> {
  return (await client.crontabberRun.deleteMany({ where: { startedAt: { lt: before } } })).count;
}

function stateOf(row: CrontabberJob): JobState {
  const { name, firstRun, lastRun, lastSuccess, nextRun, errorCount, ongoing } = row;
  const { lastErrorType: type, lastErrorValue, lastErrorTraceback } = row;
  const lastError =
    type === null ? null : { type, value: lastErrorValue ?? "", traceback: lastErrorTraceback ?? "" };
  return { name, firstRun, lastRun, lastSuccess, nextRun, errorCount, lastError, ongoing };
}

function columnsOf({ lastError, ...columns }: JobState) {
  return {
    ...columns,
    lastErrorType: lastError?.type ?? null,
    lastErrorValue: lastError?.value ?? null,
    lastErrorTraceback: lastError?.traceback ?? null,
  };
}

function logRow(name: string, { startedAt, durationSeconds, error }: JobRunRecord) {
  return {
    name,
    startedAt,
    durationSeconds,
    success: error === null,
    errorType: error?.type ?? null,
    errorValue: error?.value ?? null,
    errorTraceback: error?.traceback ?? null,
  };
}
