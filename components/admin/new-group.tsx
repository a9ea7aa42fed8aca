import { Button } from "#components/ui/button";
import { Card } from "#components/ui/card";
import styles from "./admin.module.css";
import { PermissionChoices } from "./permission-choices";

/** Makes a group. */
export function NewGroup() {
  return (
    <Card title="Make a group">
      <form action="/admin/groups/change/" method="post" className={styles.form}>
        <input type="hidden" name="action" value="make" />
        <label className={styles.field}>
          Name
          <input name="name" maxLength={60} required autoComplete="off" />
        </label>
        <PermissionChoices granted={[]} />
        <Button type="submit" look="primary">
          Make the group
        </Button>
      </form>
    </Card>
  );
}
