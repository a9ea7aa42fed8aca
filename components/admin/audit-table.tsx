import Link from "next/link";
import { Table } from "#components/ui/table";
import { TimeStamp } from "#components/ui/time-stamp";
import { href } from "#lib/core/links";

interface LoggedEntry {
  readonly id: string;
  readonly at: Date;
  readonly actor: string;
  readonly action: string;
  readonly subject: string;
  readonly detail: string;
}

/** What was changed or shown, when, and by or to whom. */
export function AuditTable({
  entries,
  now,
}: {
  readonly entries: readonly LoggedEntry[];
  readonly now: Date;
}) {
  const head = (
    <tr>
      <th scope="col">When</th>
      <th scope="col">Who</th>
      <th scope="col">Did</th>
      <th scope="col">To what</th>
      <th scope="col">Detail</th>
    </tr>
  );
  return (
    <Table label="Audit log" head={head}>
      {entries.map(({ id, at, actor, action, subject, detail }) => (
        <tr key={id}>
          <td className="nowrap">
            <TimeStamp date={at.toISOString()} now={now} />
          </td>
          <td>
            <Who person={actor} />
          </td>
          <td className="mono">{action}</td>
          <td>
            <Who person={subject} />
          </td>
          <td>{detail}</td>
        </tr>
      ))}
    </Table>
  );
}

/** Narrows the log to whom or what it names. */
function Who({ person }: { readonly person: string }) {
  return (
    <Link className="filter" href={href("/admin/audit/", { person })} prefetch={false}>
      {person}
    </Link>
  );
}
