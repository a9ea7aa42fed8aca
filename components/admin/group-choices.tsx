import { Badge } from "#components/ui/badge";
import { Button } from "#components/ui/button";
import { Table } from "#components/ui/table";
import { ChangeForm } from "./change-form";

interface GroupChoicesProps {
  readonly groups: readonly { readonly name: string; readonly permissions: readonly string[] }[];
  /** The names of those that the person is in. */
  readonly joined: readonly string[];
  /** Where a change is sent. */
  readonly to: string;
}

/** All groups, and whether a person is in each, which one button changes. */
export function GroupChoices({ groups, joined, to }: GroupChoicesProps) {
  const head = (
    <tr>
      <th scope="col">Group</th>
      <th scope="col">Permissions</th>
      <th scope="col">Member</th>
      <th scope="col">Change</th>
    </tr>
  );
  return (
    <Table label="Groups" head={head}>
      {groups.map(({ name, permissions }) => {
        const isIn = joined.includes(name);
        return (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td className="mono">{permissions.join(", ") || "none"}</td>
            <td>{isIn ? <Badge tone="good">Yes</Badge> : <Badge>No</Badge>}</td>
            <td className="nowrap">
              <ChangeForm to={to} action={isIn ? "leave_group" : "join_group"} value={name}>
                <Button type="submit" aria-label={`${isIn ? "Take out of" : "Put into"} ${name}`}>
                  {isIn ? "Take out" : "Put in"}
                </Button>
              </ChangeForm>
            </td>
          </tr>
        );
      })}
    </Table>
  );
}
