import Link from "next/link";
import { Table } from "#components/ui/table";
import { TimeStamp } from "#components/ui/time-stamp";
import { reportHref } from "#lib/core/links";
import type { StatusReport } from "#lib/reports/status";

/** Crashes that were given up, and why. */
export function FailedCrashes({
  crashes,
  now,
}: {
  readonly crashes: StatusReport["failed"]["newest"];
  readonly now: Date;
}) {
  const head = (
    <tr>
      <th scope="col">Crash id</th>
      <th scope="col">Reason</th>
      <th scope="col" className="number">
        Attempts
      </th>
      <th scope="col">Given up</th>
    </tr>
  );
  return (
    <Table label="Crashes that were given up" head={head}>
      {crashes.map(({ crashId, reason, attempts, failedAt }) => (
        <tr key={crashId}>
          <td className="mono">
            <Link href={reportHref(crashId)}>{crashId}</Link>
          </td>
          <td>{reason}</td>
          <td className="number">{attempts}</td>
          <td className="nowrap">
            <TimeStamp date={failedAt} now={now} />
          </td>
        </tr>
      ))}
    </Table>
  );
}
