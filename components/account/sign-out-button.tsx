import { Button } from "#components/ui/button";

/** Ends the session, also without scripts. */
export function SignOutButton({ look }: { readonly look: "primary" | "quiet" }) {
  return (
    <form action="/signout/now/" method="post">
      <Button type="submit" look={look}>
        Sign out
      </Button>
    </form>
  );
}
