import { Button } from "#components/ui/button";
import styles from "./account.module.css";

interface LinkFormProps {
  readonly token: string;
  /** Whoever uses the link says who they are. */
  readonly asksEmail: boolean;
}

/** Uses a link that signs somebody in. */
export function LinkForm({ token, asksEmail }: LinkFormProps) {
  return (
    <form action="/signin/link/use/" method="post" className={styles.stack}>
      <input type="hidden" name="token" value={token} />
      {asksEmail && (
        <>
          <p>This installation has no superuser yet. Whoever signs in here first may do everything.</p>
          <label>
            Your e-mail address
            <input type="email" name="email" autoComplete="email" required />
          </label>
        </>
      )}
      <Button type="submit" look="primary">
        Sign in
      </Button>
    </form>
  );
}
