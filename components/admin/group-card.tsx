import Link from "next/link";
import { Button } from "#components/ui/button";
import { Card } from "#components/ui/card";
import { href } from "#lib/core/links";
import type { Permission } from "#lib/core/viewer";
import styles from "./admin.module.css";
import { PermissionChoices } from "./permission-choices";

interface GroupCardProps {
  readonly name: string;
  readonly permissions: readonly Permission[];
  readonly members: number;
  /** Such a group cannot be removed. */
  readonly builtIn: boolean;
}

/** A group, with its permissions to change. */
export function GroupCard({ name, permissions, members, builtIn }: GroupCardProps) {
  const people = members === 1 ? "1 person" : `${members.toLocaleString("en")} people`;
  const hint = (
    <Link href={href("/admin/users/", { group: name })} prefetch={false}>
      {people}
    </Link>
  );
  return (
    <Card title={name} hint={hint}>
      <form action="/admin/groups/change/" method="post" className={styles.form}>
        <input type="hidden" name="name" value={name} />
        <PermissionChoices granted={permissions} />
        <div className="row">
          <Button
            type="submit"
            name="action"
            value="set_permissions"
            look="primary"
            aria-label={`Save ${name}`}
          >
            Save
          </Button>
          {!builtIn && members === 0 && (
            <Button type="submit" name="action" value="remove" aria-label={`Remove ${name}`}>
              Remove
            </Button>
          )}
        </div>
      </form>
    </Card>
  );
}
