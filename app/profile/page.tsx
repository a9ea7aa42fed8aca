import type { Metadata } from "next";
import Link from "next/link";
import { PermissionTable } from "#components/account/permission-table";
import { Badge } from "#components/ui/badge";
import { Card } from "#components/ui/card";
import { PageTitle } from "#components/ui/page-title";
import { ownGroups } from "#lib/middleware/own-account";
import { signedInContext } from "#lib/middleware/page-context";

export const metadata: Metadata = { title: "Your profile" };

export default async function ProfilePage() {
  const context = await signedInContext("/profile/");
  const { person } = context;
  const groups = await ownGroups(context);
  return (
    <>
      <PageTitle title="Your profile" lead={person.email} />
      <Card title="Account">
        <p>
          {person.superuser && (
            <>
              <Badge tone="accent">Superuser</Badge>{" "}
            </>
          )}
          {groups.length === 0 ? "You are in no group." : `You are in ${groups.join(" and ")}.`}
        </p>
        <p>
          <Link href="/permissions/">Permissions</Link> come through groups.{" "}
          <Link href="/api/tokens/">API tokens</Link> let programs do what you may do.
        </p>
      </Card>
      <Card title="Your permissions" flush>
        <PermissionTable granted={person.permissions} />
      </Card>
    </>
  );
}
