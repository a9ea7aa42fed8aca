import { Badge } from "#components/ui/badge";
import { Table } from "#components/ui/table";
import { PERMISSIONS, PERMISSION_TITLES, type Permission } from "#lib/core/viewer";

interface PermissionTableProps {
  readonly granted: readonly Permission[];
}

/** Everything that somebody may be allowed to do, and whether this person is. */
export function PermissionTable({ granted }: PermissionTableProps) {
  const head = (
    <tr>
      <th scope="col">Permission</th>
      <th scope="col">Yours</th>
    </tr>
  );
  return (
    <Table label="Permissions" head={head}>
      {PERMISSIONS.map((permission) => (
        <tr key={permission}>
          <th scope="row">
            {PERMISSION_TITLES[permission]} <span className="mono muted">{permission}</span>
          </th>
          <td>{granted.includes(permission) ? <Badge tone="good">Yes</Badge> : <Badge>No</Badge>}</td>
        </tr>
      ))}
    </Table>
  );
}
