import type { JobError, JobState } from "#lib/db/crontabber";
import { formatDate } from "#lib/core/time";
import { classNameOf, type ScheduledJob } from "./job";
import { shownTimetable } from "./timetable";

/** A job and what is known of it, with the names that Socorro's API has for them; dates are ISO 8601 in UTC. */
export interface JobDocument {
  readonly class: string;
  readonly description: string;
  readonly frequency: string;
  readonly backfill: boolean;
  readonly depends_on: readonly string[];
  readonly first_run: string | null;
  readonly last_run: string | null;
  readonly last_success: string | null;
  readonly next_run: string | null;
  readonly ongoing: string | null;
  readonly error_count: number;
  readonly last_error: JobError | null;
}

const WITHHELD = "Shown by: crash-stats crontabber --list-jobs";

/**
 * All jobs by their names. Messages and tracebacks of errors tell much about an installation: without `withErrors` a
 * fixed text stands for both.
 */
export function stateDocument(
  jobs: readonly ScheduledJob[],
  states: ReadonlyMap<string, JobState>,
  { withErrors }: { readonly withErrors: boolean },
): { readonly state: Readonly<Record<string, JobDocument>> } {
  const entries = jobs.map(({ job, timetable }) => {
    const state = states.get(job.name);
    const document: JobDocument = {
      class: classNameOf(job),
      description: job.description,
      frequency: shownTimetable(timetable),
      backfill: job.backfill ?? false,
      depends_on: job.dependsOn ?? [],
      first_run: shown(state?.firstRun),
      last_run: shown(state?.lastRun),
      last_success: shown(state?.lastSuccess),
      next_run: shown(state?.nextRun),
      ongoing: shown(state?.ongoing),
      error_count: state?.errorCount ?? 0,
      last_error: errorOf(state, withErrors),
    };
    return [job.name, document] as const;
  });
  return { state: Object.fromEntries(entries) };
}

function errorOf(state: JobState | undefined, withErrors: boolean): JobDocument["last_error"] {
  if (!state?.lastError) return null;
  return withErrors ? state.lastError : { type: state.lastError.type, value: WITHHELD, traceback: WITHHELD };
}

function shown(date: Date | null | undefined): string | null {
  return date ? formatDate(date) : null;
}
