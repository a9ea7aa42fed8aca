import Link from "next/link";
import { Table } from "#components/ui/table";
import { TimeStamp } from "#components/ui/time-stamp";
import { Standing } from "./standing";

/** Somebody who signed in or was given something. */
interface ListedPerson {
  readonly id: number;
  readonly email: string;
  readonly active: boolean;
  readonly superuser: boolean;
  readonly groups: readonly string[];
  readonly lastSignIn: Date | null;
}

/** People, each with the address of their page. */
export function PeopleTable({
  people,
  now,
}: {
  readonly people: readonly ListedPerson[];
  readonly now: Date;
}) {
  const head = (
    <tr>
      <th scope="col">E-mail</th>
      <th scope="col">Standing</th>
      <th scope="col">Groups</th>
      <th scope="col">Last sign-in</th>
    </tr>
  );
  return (
    <Table label="People" head={head}>
      {people.map(({ id, email, active, superuser, groups, lastSignIn }) => (
        <tr key={id}>
          <td className="mono">
            <Link href={`/admin/users/${id}/`} prefetch={false}>
              {email}
            </Link>
          </td>
          <td className="nowrap">
            <Standing active={active} superuser={superuser} />
          </td>
          <td>{groups.join(", ") || <span className="muted">none</span>}</td>
          <td className="nowrap">
            {lastSignIn === null ? (
              <span className="muted">never</span>
            ) : (
              <TimeStamp date={lastSignIn.toISOString()} now={now} />
            )}
          </td>
        </tr>
      ))}
    </Table>
  );
}
