import { Card } from "#components/ui/card";
import { Notice } from "#components/ui/notice";
import { Table } from "#components/ui/table";
import type { SignatureSummary } from "#lib/reports/signature/summary";
import { ShareTable } from "./share-table";

/** What the crashes of a signature have in common. */
export function Summary({ summary }: { readonly summary: SignatureSummary }) {
  const panels = [
    ["Operating system", summary.platforms],
    ["Process type", summary.processTypes],
    ["Uptime", summary.uptimes],
    ["Crash reason", summary.reasons],
    ["Architecture", summary.architectures],
  ] as const;
  return (
    <>
      <Indicators summary={summary} />
      <div className="columns">
        <Products products={summary.products} />
        {panels.map(([label, shares]) => (
          <Card key={label} title={label} flush>
            <ShareTable label={label} shares={shares} />
          </Card>
        ))}
      </div>
    </>
  );
}

function Indicators({ summary: { total, startup, early } }: { readonly summary: SignatureSummary }) {
  return (
    <>
      {startup === total && total > 0 && (
        <Notice tone="danger" title="Startup crash.">
          All of these crashes came while the program started.
        </Notice>
      )}
      {startup > 0 && startup < total && (
        <Notice tone="warning" title="Potential startup crash.">
          {startup.toLocaleString("en")} of {total.toLocaleString("en")} crashes came while the program
          started.
        </Notice>
      )}
      {startup === 0 && early > total / 2 && (
        <Notice tone="warning" title="Early crash.">
          {early.toLocaleString("en")} of {total.toLocaleString("en")} crashes came within the first minute.
        </Notice>
      )}
    </>
  );
}

function Products({ products }: { readonly products: SignatureSummary["products"] }) {
  const head = (
    <tr>
      <th scope="col">Product</th>
      <th scope="col">Version</th>
      <th scope="col" className="number">
        Count
      </th>
      <th scope="col" className="number">
        %
      </th>
      <th scope="col" className="number">
        Installs
      </th>
    </tr>
  );
  return (
    <Card title="Product" hint="installs are approximate" flush>
      <Table label="Products and versions" head={head}>
        {products.map(({ product, version, count, percent, installs }) => (
          <tr key={`${product} ${version}`}>
            <td>{product}</td>
            <td>{version}</td>
            <td className="number">{count.toLocaleString("en")}</td>
            <td className="number">{percent.toFixed(2)}</td>
            <td className="number">{installs.toLocaleString("en")}</td>
          </tr>
        ))}
      </Table>
    </Card>
  );
}
