import type { Metadata } from "next";
import { PermissionTable } from "#components/account/permission-table";
import { Card } from "#components/ui/card";
import { PageTitle } from "#components/ui/page-title";
import { ownGroups } from "#lib/middleware/own-account";
import { signedInContext } from "#lib/middleware/page-context";

export const metadata: Metadata = { title: "Your permissions" };

export default async function PermissionsPage() {
  const context = await signedInContext("/permissions/");
  const { person } = context;
  const groups = await ownGroups(context);
  const why = person.superuser
    ? "You are a superuser, and may do everything."
    : groups.length === 0
      ? "Permissions come through groups, and you are in none."
      : `Your permissions come through ${groups.join(" and ")}.`;
  return (
    <>
      <PageTitle title="Your permissions" lead={why} />
      <Card title="Permissions" flush>
        <PermissionTable granted={person.permissions} />
      </Card>
    </>
  );
}
