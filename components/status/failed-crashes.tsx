import Link from "next/link";
import { Table } from "#components/ui/table";
import { TimeStamp } from "#components/ui/time-stamp";
import { reportHref } from "#lib/core/links";
import type { GivenUpCrash } from "#lib/reports/quarantine";

interface FailedCrashesProps {
  readonly crashes: readonly GivenUpCrash[];
  readonly now: Date;
  /** Each can be chosen, as `crash_id` of the form around it. */
  readonly selectable?: boolean;
}

/** Crashes that were given up, and why. */
export function FailedCrashes({ crashes, now, selectable = false }: FailedCrashesProps) {
  const head = (
    <tr>
      {selectable && <th scope="col">Choose</th>}
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
          {selectable && (
            <td>
              <input type="checkbox" name="crash_id" value={crashId} aria-label={`Choose ${crashId}`} />
            </td>
          )}
          <td className="mono whole">
            <Link href={reportHref(crashId)}>{crashId}</Link>
          </td>
          <td className="wide">{reason}</td>
          <td className="number">{attempts}</td>
          <td className="nowrap">
            <TimeStamp date={failedAt} now={now} />
          </td>
        </tr>
      ))}
    </Table>
  );
}
