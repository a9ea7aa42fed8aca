import { Badge } from "#components/ui/badge";
import { Table } from "#components/ui/table";
import { TimeStamp } from "#components/ui/time-stamp";
import type { JobStanding, ScheduledJobsReport } from "#lib/reports/scheduled-jobs";

const TONES: Readonly<Record<JobStanding, "good" | "warning" | "plain">> = {
  well: "good",
  running: "good",
  "never ran": "plain",
  failed: "warning",
  waits: "warning",
  overdue: "warning",
};

/** The scheduled jobs, when they run, and how they are. */
export function ScheduledJobs({
  jobs,
  now,
}: {
  readonly jobs: ScheduledJobsReport["jobs"];
  readonly now: Date;
}) {
  const head = (
    <tr>
      <th scope="col">Job</th>
      <th scope="col">State</th>
      <th scope="col">Frequency</th>
      <th scope="col">Last run</th>
      <th scope="col">Last success</th>
      <th scope="col">Next run</th>
      <th scope="col">Depends on</th>
    </tr>
  );
  return (
    <Table label="Scheduled jobs" head={head}>
      {jobs.map((job) => (
        <tr key={job.name}>
          <td className="wide">
            <span className="mono">{job.name}</span>
            <br />
            <span className="muted">{job.description}</span>
          </td>
          <td>
            <Badge tone={TONES[job.standing]}>{shownStanding(job)}</Badge>
          </td>
          <td className="mono nowrap">{job.frequency}</td>
          {[job.last_run, job.last_success, job.next_run].map((date, column) => (
            <td key={column} className="whole">
              {date === null ? "–" : <TimeStamp date={date} now={now} />}
            </td>
          ))}
          <td className="mono">{job.depends_on.join(", ") || "–"}</td>
        </tr>
      ))}
    </Table>
  );
}

function shownStanding({
  standing,
  error_count: times,
  last_error: error,
}: ScheduledJobsReport["jobs"][number]) {
  return standing === "failed"
    ? `failed ${times === 1 ? "once" : `${times} times`}: ${error?.type ?? ""}`
    : standing;
}
