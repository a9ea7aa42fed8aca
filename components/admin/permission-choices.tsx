import { PERMISSIONS, PERMISSION_TITLES, type Permission } from "#lib/core/viewer";
import styles from "./admin.module.css";

/** All permissions of a group's form, those that it has chosen. */
export function PermissionChoices({ granted }: { readonly granted: readonly Permission[] }) {
  return (
    <fieldset className={styles.choices}>
      <legend>What its people may do</legend>
      {PERMISSIONS.map((name) => (
        <label key={name}>
          <input type="checkbox" name="permissions" value={name} defaultChecked={granted.includes(name)} />
          {PERMISSION_TITLES[name]}
        </label>
      ))}
    </fieldset>
  );
}
