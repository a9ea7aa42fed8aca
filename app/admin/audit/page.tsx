import type { Metadata } from "next";
import { AdminTabs } from "#components/admin/admin-tabs";
import { AuditTable } from "#components/admin/audit-table";
import { ListFilter } from "#components/admin/list-filter";
import { Card } from "#components/ui/card";
import { EmptyState } from "#components/ui/notice";
import { PageTitle } from "#components/ui/page-title";
import { Pagination } from "#components/ui/pagination";
import { href } from "#lib/core/links";
import { auditLogPage } from "#lib/middleware/admin/audit-log";
import { superuserContext } from "#lib/middleware/page-context";
import {
  choiceOf,
  lastOf,
  pageNumber,
  pageParameters,
  type PageSearch,
} from "#lib/middleware/page-parameters";

export const metadata: Metadata = { title: "Audit log" };

const LEAD = "Who changed what, and who was shown protected data of which crash; the newest first.";

const KINDS = [
  { value: "all", label: "everything" },
  { value: "changes", label: "changes" },
  { value: "views", label: "protected data" },
];

export default async function AuditPage({ searchParams }: { readonly searchParams: Promise<PageSearch> }) {
  const context = await superuserContext("/admin/audit/");
  const parameters = pageParameters(await searchParams);
  const whom = lastOf(parameters, "person");
  const kind = choiceOf(parameters, "kind", ["all", "changes", "views"], "all");
  const asked = { whom, kind: kind === "all" ? null : kind };
  const { total, page, pages, entries } = await auditLogPage(context, asked, pageNumber(parameters));
  return (
    <>
      <PageTitle title="Audit log" lead={LEAD}>
        <ListFilter
          to="/admin/audit/"
          list="Audit log"
          text={{ label: "E-mail address, group or crash id", name: "person", value: whom ?? "" }}
          choice={{ label: "Kind", name: "kind", value: kind, options: KINDS }}
        />
      </PageTitle>
      <AdminTabs current="Audit log" />
      <Card
        title={whom === null ? "Entries" : `By or about ${whom}`}
        hint={`${total.toLocaleString("en")} in all`}
        flush
      >
        {total === 0 ? (
          <EmptyState title="Nothing">Nothing of the kind is in the log.</EmptyState>
        ) : (
          <AuditTable entries={entries} now={context.now} />
        )}
      </Card>
      <Pagination
        page={page}
        pages={pages}
        hrefOf={(other) => href("/admin/audit/", { person: whom ?? undefined, kind, page: other })}
      />
    </>
  );
}
