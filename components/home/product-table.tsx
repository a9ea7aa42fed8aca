import Link from "next/link";
import { Sparkline } from "#components/charts/sparkline";
import { Badge } from "#components/ui/badge";
import { Table } from "#components/ui/table";
import { searchHref, topCrashersHref } from "#lib/core/links";
import type { ProductSummary } from "#lib/reports/home";

/** Every product with what happened to it lately. */
export function ProductTable({
  products,
  days,
}: {
  readonly products: readonly ProductSummary[];
  readonly days: number;
}) {
  const head = (
    <tr>
      <th scope="col">Product</th>
      <th scope="col" className="number">
        Crashes, {days} days
      </th>
      <th scope="col">Per day</th>
      <th scope="col">Versions that crash most</th>
      <th scope="col">More</th>
    </tr>
  );
  return (
    <Table label="Products" head={head}>
      {products.map(({ name, description, count, perDay, versions }) => (
        <tr key={name}>
          <td>
            <Link href={topCrashersHref(name)}>
              <strong>{name}</strong>
            </Link>
            {description !== "" && <div className="muted">{description}</div>}
          </td>
          <td className="number">{count.toLocaleString("en")}</td>
          <td>
            <Sparkline values={perDay} label={`Crashes per day, oldest first: ${perDay.join(", ")}`} />
          </td>
          <td>
            <span className="row">
              {versions.map((entry) => (
                <Link key={entry.version} href={topCrashersHref(name, entry.version)}>
                  <Badge title={`${entry.count.toLocaleString("en")} crashes`}>{entry.version}</Badge>
                </Link>
              ))}
            </span>
          </td>
          <td className="nowrap">
            <Link href={searchHref({ product: name })}>Search</Link>
          </td>
        </tr>
      ))}
    </Table>
  );
}
