import type { Metadata } from "next";
import { SignOutButton } from "#components/account/sign-out-button";
import { Card } from "#components/ui/card";
import { PageTitle } from "#components/ui/page-title";
import { pageContext } from "#lib/middleware/page-context";

export const metadata: Metadata = { title: "Sign out" };

export default async function SignOutPage() {
  const { person } = await pageContext();
  return (
    <>
      <PageTitle title="Sign out" />
      <Card title={person ? `You are signed in as ${person.email}` : "You are not signed in"}>
        {person ? <SignOutButton look="primary" /> : <p>There is nothing to do.</p>}
      </Card>
    </>
  );
}
