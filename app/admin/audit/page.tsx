import type { Metadata } from "next";
import { AdminTabs } from "#components/admin/admin-tabs";
import { AuditTable } from "#components/admin/audit-table";
import { Button } from "#components/ui/button";
import { Card } from "#components/ui/card";
import { EmptyState } from "#components/ui/notice";
import { PageTitle } from "#components/ui/page-title";
import { Pagination } from "#components/ui/pagination";
import { href } from "#lib/core/links";
import { auditLogPage } from "#lib/middleware/admin/audit-log";
import { superuserContext } from "#lib/middleware/page-context";
import { lastOf, pageNumber, pageParameters, type PageSearch } from "#lib/middleware/page-parameters";

export const metadata: Metadata = { title: "Audit log" };

export default async function AuditPage({ searchParams }: { readonly searchParams: Promise<PageSearch> }) {
  const context = await superuserContext("/admin/audit/");
  const parameters = pageParameters(await searchParams);
  const person = lastOf(parameters, "person");
  const { total, page, pages, entries } = await auditLogPage(context, person, pageNumber(parameters));
  return (
    <>
      <PageTitle title="Audit log" lead="Who changed what, the newest first.">
        <form action="/admin/audit/" className="row" role="search" aria-label="Audit log">
          <label className="visually-hidden" htmlFor="person">
            E-mail address or group
          </label>
          <input
            id="person"
            type="search"
            name="person"
            defaultValue={person ?? ""}
            placeholder="E-mail address or group"
          />
          <Button type="submit" look="primary">
            Find
          </Button>
        </form>
      </PageTitle>
      <AdminTabs current="Audit log" />
      <Card
        title={person === null ? "All changes" : `By or of ${person}`}
        hint={`${total.toLocaleString("en")} in all`}
        flush
      >
        {total === 0 ? (
          <EmptyState title="Nothing">Nothing of the kind was changed.</EmptyState>
        ) : (
          <AuditTable entries={entries} now={context.now} />
        )}
      </Card>
      <Pagination
        page={page}
        pages={pages}
        hrefOf={(other) => href("/admin/audit/", { person: person ?? undefined, page: other })}
      />
    </>
  );
}
