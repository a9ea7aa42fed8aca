import type { Metadata } from "next";
import { AdminTabs } from "#components/admin/admin-tabs";
import { FormOutcome } from "#components/admin/form-outcome";
import { GroupCard } from "#components/admin/group-card";
import { NewGroup } from "#components/admin/new-group";
import { PageTitle } from "#components/ui/page-title";
import { formOutcome } from "#lib/middleware/admin/form";
import { allGroups } from "#lib/middleware/admin/groups";
import { superuserContext } from "#lib/middleware/page-context";
import { pageParameters, type PageSearch } from "#lib/middleware/page-parameters";

export const metadata: Metadata = { title: "Groups" };

const LEAD =
  "People have permissions through groups only. A group is removed when nobody is in it; those that the program begins with stay.";

export default async function GroupsPage({ searchParams }: { readonly searchParams: Promise<PageSearch> }) {
  const context = await superuserContext("/admin/groups/");
  const groups = await allGroups(context);
  return (
    <>
      <PageTitle title="Groups" lead={LEAD} />
      <AdminTabs current="Groups" />
      <FormOutcome {...formOutcome(pageParameters(await searchParams))} />
      <div className="columns">
        {groups.map((group) => (
          <GroupCard key={group.name} {...group} />
        ))}
        <NewGroup />
      </div>
    </>
  );
}
