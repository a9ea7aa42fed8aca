import { crontabberHealth, monitoringAnswer } from "#lib/crontabber/health";
import { scheduledJobs } from "#lib/crontabber/registry";
import { statesByName } from "#lib/crontabber/runner";
import { stateDocument, type JobDocument } from "#lib/crontabber/state-document";
import { databaseJobStates } from "#lib/db/crontabber";
import type { Services } from "#lib/services";

/** The scheduled jobs and how they are. */
export interface ScheduledJobsReport {
  /** `ALLGOOD`, `Broken`, or `Stale` when no scheduler runs. */
  readonly status: string;
  readonly jobs: readonly (JobDocument & { readonly name: string; readonly standing: JobStanding })[];
}

export type JobStanding = "never ran" | "running" | "failed" | "waits" | "overdue" | "well";

export async function scheduledJobsReport(
  { config, database }: Pick<Services, "config" | "database">,
  now: Date,
): Promise<ScheduledJobsReport> {
  const jobs = scheduledJobs(config);
  const states = await statesByName(databaseJobStates(database));
  const health = crontabberHealth(jobs, states, now);
  const standing = (name: string, job: JobDocument): JobStanding => {
    if (job.ongoing !== null) return "running";
    if (job.last_error !== null) return "failed";
    if (health.blocked.includes(name)) return "waits";
    if (health.overdue.includes(name)) return "overdue";
    return job.last_run === null ? "never ran" : "well";
  };
  const { state } = stateDocument(jobs, states, { withErrors: false });
  return {
    status: monitoringAnswer(health).status,
    jobs: Object.entries(state).map(([name, job]) => ({ ...job, name, standing: standing(name, job) })),
  };
}
