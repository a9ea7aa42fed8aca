import type { Metadata } from "next";
import { ScheduledJobs } from "#components/status/scheduled-jobs";
import { Card } from "#components/ui/card";
import { EmptyState } from "#components/ui/notice";
import { PageTitle } from "#components/ui/page-title";
import { pageContext } from "#lib/middleware/page-context";
import { scheduledJobsReport } from "#lib/reports/scheduled-jobs";

export const metadata: Metadata = { title: "Scheduled jobs" };

const LEADS: Readonly<Record<string, string>> = {
  ALLGOOD: "ALLGOOD: no job failed when it last ran.",
  Broken: "Broken: some jobs failed when they last ran, and are tried again every five minutes.",
  Stale: "Stale: jobs are due that no scheduler runs.",
};

export default async function CrontabberStatePage() {
  const { services, now } = await pageContext();
  const { status, jobs } = await scheduledJobsReport(services, now);
  return (
    <>
      <PageTitle title="Scheduled jobs" lead={`${LEADS[status] ?? status} All times are UTC.`} />
      <Card title="Jobs" flush>
        {jobs.length === 0 ? (
          <EmptyState title="None">The setting CRONTABBER_JOBS names no job.</EmptyState>
        ) : (
          <ScheduledJobs jobs={jobs} now={now} />
        )}
      </Card>
    </>
  );
}
