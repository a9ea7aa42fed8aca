import type { Metadata } from "next";
import { AdminTabs } from "#components/admin/admin-tabs";
import { ListFilter } from "#components/admin/list-filter";
import { PeopleTable } from "#components/admin/people-table";
import { Card } from "#components/ui/card";
import { EmptyState } from "#components/ui/notice";
import { PageTitle } from "#components/ui/page-title";
import { Pagination } from "#components/ui/pagination";
import { href } from "#lib/core/links";
import { allGroups } from "#lib/middleware/admin/groups";
import { peoplePage } from "#lib/middleware/admin/people";
import { superuserContext } from "#lib/middleware/page-context";
import { lastOf, pageNumber, pageParameters, type PageSearch } from "#lib/middleware/page-parameters";

export const metadata: Metadata = { title: "People" };

export default async function PeoplePage({ searchParams }: { readonly searchParams: Promise<PageSearch> }) {
  const context = await superuserContext("/admin/users/");
  const parameters = pageParameters(await searchParams);
  const asked = { text: lastOf(parameters, "email"), group: lastOf(parameters, "group") };
  const { total, page, pages, accounts } = await peoplePage(context, asked, pageNumber(parameters));
  const groups = ["", ...(await allGroups(context)).map(({ name }) => name)];
  return (
    <>
      <PageTitle title="People" lead="Everybody who signed in once, or was given something.">
        <ListFilter
          to="/admin/users/"
          list="People"
          text={{ label: "Part of an e-mail address", name: "email", value: asked.text ?? "" }}
          choice={{
            label: "Group",
            name: "group",
            value: asked.group ?? "",
            options: groups.map((value) => ({ value, label: value || "any" })),
          }}
        />
      </PageTitle>
      <AdminTabs current="People" />
      <Card title="People" hint={`${total.toLocaleString("en")} in all`} flush>
        {total === 0 ? (
          <EmptyState title="Nobody">Nobody is as you ask.</EmptyState>
        ) : (
          <PeopleTable people={accounts} now={context.now} />
        )}
      </Card>
      <Pagination
        page={page}
        pages={pages}
        hrefOf={(other) =>
          href("/admin/users/", {
            email: asked.text ?? undefined,
            group: asked.group ?? undefined,
            page: other,
          })
        }
      />
    </>
  );
}
