import type { Metadata } from "next";
import Link from "next/link";
import { CustomQueryForm } from "#components/search/custom-query-form";
import { Card } from "#components/ui/card";
import { Notice } from "#components/ui/notice";
import { PageTitle } from "#components/ui/page-title";
import { href } from "#lib/core/links";
import { pageContext } from "#lib/middleware/page-context";
import { pageParameters, type PageSearch } from "#lib/middleware/page-parameters";
import { customQueryPage } from "#lib/reports/custom-query-page";

export const metadata: Metadata = { title: "Custom query" };

export default async function CustomQueryPageView({
  searchParams,
}: {
  readonly searchParams: Promise<PageSearch>;
}) {
  const parameters = pageParameters(await searchParams);
  const page = await customQueryPage(await pageContext(), parameters);
  return (
    <>
      <PageTitle title="Custom query" lead="Ask the search engine in its own words." />
      {page.kind === "editor" ? (
        <>
          {page.problem !== null && (
            <Notice tone="warning" title="The search cannot be turned into a query.">
              {page.problem}
            </Notice>
          )}
          <Card title="Query">
            <CustomQueryForm key={page.query} initial={page.query} indices={page.indices} />
          </Card>
        </>
      ) : (
        <Notice
          tone="info"
          title={page.kind === "refused" ? "You may not ask custom queries." : "There are no custom queries."}
        >
          {page.reason}{" "}
          <Link href={href("/search/", Object.fromEntries(parameters))}>Back to Super Search</Link>
        </Notice>
      )}
    </>
  );
}
