import { NewSignatures } from "#components/home/new-signatures";
import { ProductTable } from "#components/home/product-table";
import { Card } from "#components/ui/card";
import { EmptyState } from "#components/ui/notice";
import { PageTitle } from "#components/ui/page-title";
import { pageContext } from "#lib/middleware/page-context";
import { homeReport } from "#lib/reports/home";

export default async function HomePage() {
  const context = await pageContext();
  const { days, total, products, newSignatures } = await homeReport(context, context.services.database);
  const lead = `${total.toLocaleString("en")} crash reports in the last ${days} days.`;
  return (
    <>
      <PageTitle title="Products" lead={products.length === 0 ? undefined : lead} />
      <Card title="All products" flush>
        {products.length === 0 ? <NoCrashes /> : <ProductTable products={products} days={days} />}
      </Card>
      {newSignatures.length > 0 && (
        <Card title="New signatures" hint="first seen in the last 3 days" flush>
          <NewSignatures signatures={newSignatures} now={context.now} />
        </Card>
      )}
    </>
  );
}

function NoCrashes() {
  return (
    <EmptyState title="No crash has arrived yet">
      <p>Point a crash reporter at /submit on this server, or send a crash by hand:</p>
      <pre>
        curl -F ProductName=Kestrel -F Version=1.0 -F upload_file_minidump=@crash.dmp
        http://127.0.0.1:8000/submit
      </pre>
    </EmptyState>
  );
}
