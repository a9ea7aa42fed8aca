import type { Metadata } from "next";
import Link from "next/link";
import { FailedCrashes } from "#components/status/failed-crashes";
import { Badge } from "#components/ui/badge";
import { Card } from "#components/ui/card";
import { EmptyState } from "#components/ui/notice";
import { PageTitle } from "#components/ui/page-title";
import { Table } from "#components/ui/table";
import { TimeStamp } from "#components/ui/time-stamp";
import { reportHref } from "#lib/core/links";
import { pageContext } from "#lib/middleware/page-context";
import { statusReport, type StatusReport } from "#lib/reports/status";

export const metadata: Metadata = { title: "Status" };

export default async function StatusPage() {
  const { services, now } = await pageContext();
  const status = await statusReport(services, now);
  const { lastHour, lastDay, failed } = status;
  const lead = `${lastHour.toLocaleString("en")} crashes in the last hour, ${lastDay.toLocaleString("en")} in the last day. Version ${status.version}.`;
  return (
    <>
      <PageTitle title="Status" lead={lead} />
      <div className="columns">
        <Card title="Parts" flush>
          <Parts parts={status.parts} />
        </Card>
        <Card title="Queues" flush>
          <Queues queues={status.queues} />
        </Card>
      </div>
      <Card
        title="Crashes that could not be processed"
        hint={
          failed.total > failed.newest.length
            ? `the newest of ${failed.total.toLocaleString("en")}`
            : undefined
        }
        flush
      >
        {failed.total === 0 ? (
          <EmptyState title="None">Every crash that arrived was processed, or still waits.</EmptyState>
        ) : (
          <FailedCrashes crashes={failed.newest} now={now} />
        )}
      </Card>
      <p>
        <Link href="/quarantine/">All crashes that were given up</Link>: those who may have them reprocessed
        there or taken off the list. <Link href="/crontabber-state/">Scheduled jobs</Link>: when each ran,
        runs next, and whether it failed. <Link href="/missing-symbols/">Missing symbols</Link>: which modules
        hide the stacks of most crashes. <Link href="/laboratory/">Grouping laboratory</Link>: what other
        signature lists would change.
      </p>
      <Card title="Newest crashes" flush>
        {status.newest.length === 0 ? (
          <EmptyState title="No crash in the last 7 days" />
        ) : (
          <Newest crashes={status.newest} now={now} />
        )}
      </Card>
    </>
  );
}

function Parts({ parts }: { readonly parts: StatusReport["parts"] }) {
  const head = (
    <tr>
      <th scope="col">Part</th>
      <th scope="col">State</th>
      <th scope="col">Driver</th>
    </tr>
  );
  return (
    <Table label="Parts of this installation" head={head}>
      {parts.map(({ name, driver, state, healthy }) => (
        <tr key={name}>
          <td>{name}</td>
          <td>
            <Badge tone={healthy ? "good" : "warning"}>{state}</Badge>
          </td>
          <td className="mono whole">{driver}</td>
        </tr>
      ))}
    </Table>
  );
}

function Queues({ queues }: { readonly queues: StatusReport["queues"] }) {
  const head = (
    <tr>
      <th scope="col">Queue</th>
      <th scope="col" className="number">
        Waiting
      </th>
      <th scope="col" className="number">
        In work
      </th>
    </tr>
  );
  return (
    <Table label="Queues" head={head}>
      {Object.entries(queues).map(([name, { waiting, taken }]) => (
        <tr key={name}>
          <td>{name}</td>
          <td className="number">{waiting?.toLocaleString("en") ?? "not known"}</td>
          <td className="number">{taken.toLocaleString("en")}</td>
        </tr>
      ))}
    </Table>
  );
}

function Newest({ crashes, now }: { readonly crashes: StatusReport["newest"]; readonly now: Date }) {
  const head = (
    <tr>
      <th scope="col">Crash id</th>
      <th scope="col">Arrived</th>
      <th scope="col">Product</th>
      <th scope="col">Signature</th>
    </tr>
  );
  return (
    <Table label="Newest crashes" head={head}>
      {crashes.map(({ crashId, date, product, signature }) => (
        <tr key={crashId}>
          <td className="mono">
            <Link href={reportHref(crashId)}>{crashId}</Link>
          </td>
          <td className="nowrap">
            <TimeStamp date={date} now={now} />
          </td>
          <td>{product}</td>
          <td className="mono wide">{signature}</td>
        </tr>
      ))}
    </Table>
  );
}
