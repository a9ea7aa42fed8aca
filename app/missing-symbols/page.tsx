import type { Metadata } from "next";
import { MissingSymbolsTable } from "#components/missing-symbols/missing-symbols-table";
import { UploadSymbols } from "#components/missing-symbols/upload-symbols";
import { Button } from "#components/ui/button";
import { Card } from "#components/ui/card";
import { Choice } from "#components/ui/choice";
import { EmptyState } from "#components/ui/notice";
import { PageTitle } from "#components/ui/page-title";
import { Pagination } from "#components/ui/pagination";
import { href } from "#lib/core/links";
import { MISSING_SYMBOLS_ORDERS } from "#lib/core/missing-symbols";
import { pageContext } from "#lib/middleware/page-context";
import { productNames } from "#lib/middleware/products";
import {
  choiceOf,
  lastOf,
  pageNumber,
  pageParameters,
  type PageSearch,
} from "#lib/middleware/page-parameters";
import { missingSymbolsReport } from "#lib/reports/missing-symbols";

export const metadata: Metadata = { title: "Missing symbols" };

export default async function MissingSymbolsPage({
  searchParams,
}: {
  readonly searchParams: Promise<PageSearch>;
}) {
  const { services, viewer, now } = await pageContext();
  const parameters = pageParameters(await searchParams);
  const order = choiceOf(parameters, "sort", MISSING_SYMBOLS_ORDERS, "crashes");
  const product = lastOf(parameters, "product");
  const products = await productNames(services.database);
  const { rows, total, page, pages } = await missingSymbolsReport(
    services.database,
    { order, product },
    { page: pageNumber(parameters), now },
  );
  const lead = "Modules with frames on the stacks of crashes, and no symbols to name their functions.";
  return (
    <>
      <PageTitle title="Missing symbols" lead={lead}>
        <form action="/missing-symbols/" className="row">
          <Choice
            label="Product"
            name="product"
            value={product ?? ""}
            options={["", ...products].map((value) => ({ value, label: value || "all" }))}
          />
          <Choice
            label="Sort by most"
            name="sort"
            value={order}
            options={MISSING_SYMBOLS_ORDERS.map((value) => ({ value, label: value }))}
          />
          <Button type="submit" look="primary">
            Show
          </Button>
        </form>
      </PageTitle>
      {viewer.can("upload_symbols") && <UploadSymbols />}
      <Card title="Modules without symbols" hint={`${total.toLocaleString("en")} in all`} flush>
        {rows.length === 0 ? (
          <EmptyState title="None">No crash waits for symbols.</EmptyState>
        ) : (
          <MissingSymbolsTable rows={rows} now={now} />
        )}
      </Card>
      <Pagination
        page={page}
        pages={pages}
        hrefOf={(number) =>
          href("/missing-symbols/", { sort: order, product: product ?? undefined, page: number })
        }
      />
      <p className="muted">
        Symbols are uploaded with <code>crash-stats upload-symbols</code>; the crashes that wait for them are
        then processed again.
      </p>
    </>
  );
}
