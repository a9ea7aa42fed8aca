"use client";

import { useActionState } from "react";
import { Button } from "#components/ui/button";
import { Notice } from "#components/ui/notice";
import styles from "./account.module.css";

interface Outcome {
  readonly key: string | null;
  readonly problem: string | null;
}

interface TokenFormProps {
  /** What the token may be made for. */
  readonly permissions: readonly { readonly name: string; readonly title: string }[];
  readonly days: number;
  readonly create: (before: Outcome, form: FormData) => Promise<Outcome>;
}

/** Makes a token; its key is shown once, where the form was sent. */
export function TokenForm({ permissions, days, create }: TokenFormProps) {
  const [{ key, problem }, action, pending] = useActionState(create, { key: null, problem: null });
  return (
    <form action={action} className={styles.stack}>
      {key !== null && (
        <div role="status">
          <Notice tone="info" title="Your new token. It is shown this once:">
            <code className={styles.secret}>{key}</code>
          </Notice>
        </div>
      )}
      {problem !== null && (
        <Notice tone="danger" title="No token was made.">
          {problem}
        </Notice>
      )}
      <fieldset className={styles.choices}>
        <legend>What it is for</legend>
        {permissions.length === 0 && <p>You have no permission to give it; it raises the rate limit.</p>}
        {permissions.map(({ name, title }) => (
          <label key={name}>
            <input type="checkbox" name="permissions" value={name} />
            {title}
          </label>
        ))}
      </fieldset>
      <label>
        Notes
        <input className={styles.notes} name="notes" maxLength={2000} />
      </label>
      <label>
        Days for which it can be used
        <input type="number" name="days" min={1} max={365} defaultValue={days} required />
      </label>
      <Button type="submit" look="primary" disabled={pending}>
        Make a token
      </Button>
    </form>
  );
}
