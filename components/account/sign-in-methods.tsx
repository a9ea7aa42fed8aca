import { Button } from "#components/ui/button";
import styles from "./account.module.css";

interface SignInMethodsProps {
  readonly providers: readonly { readonly id: string; readonly name: string }[];
  /** Where to go afterwards. */
  readonly next: string;
  /** Anybody may be anybody: the program is being worked on. */
  readonly debugging: boolean;
}

/** The ways to sign in, each a form that works without scripts. */
export function SignInMethods({ providers, next, debugging }: SignInMethodsProps) {
  return (
    <div className={styles.stack}>
      {providers.map(({ id, name }) => (
        <form key={id} action={`/signin/with/${id}/`} method="post">
          <input type="hidden" name="next" value={next} />
          <Button type="submit" look="primary">
            Sign in with {name}
          </Button>
        </form>
      ))}
      {providers.length === 0 && (
        <p>
          No provider of sign-in is set up here, so people sign in with links that work once. Whoever runs
          this server gets one with <code>npx crash-stats makesuperuser EMAIL</code>; a server that has no
          superuser yet prints one when it starts.
        </p>
      )}
      {debugging && <DebugForm next={next} />}
    </div>
  );
}

function DebugForm({ next }: { readonly next: string }) {
  return (
    <form action="/_debug_login/" method="post" className={styles.line}>
      <input type="hidden" name="next" value={next} />
      <label>
        E-mail
        <input type="email" name="email" required />
      </label>
      <Button type="submit">Sign in without proof (development)</Button>
    </form>
  );
}
