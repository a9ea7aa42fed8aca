import Link from "next/link";
import { ShareBar } from "#components/ui/share-bar";
import { Table } from "#components/ui/table";
import { signatureHref } from "#lib/core/links";
import { fieldLabel } from "#lib/search/plan/form";

/** One counted value of a facet. */
export interface FacetRow {
  readonly term: string;
  readonly count: number;
  readonly percent: number;
  /** Address of the search narrowed to the value; null when it cannot be. */
  readonly href: string | null;
}

/** How many crashes have each value of a field. */
export function FacetTable({ field, rows }: { readonly field: string; readonly rows: readonly FacetRow[] }) {
  const head = (
    <tr>
      <th scope="col" className="number">
        #
      </th>
      <th scope="col">{fieldLabel(field)}</th>
      <th scope="col" className="number">
        Count
      </th>
      <th scope="col" className="number">
        %
      </th>
      {field === "signature" && <th scope="col">More</th>}
    </tr>
  );
  return (
    <Table label={`Facet: ${fieldLabel(field)}`} head={head}>
      {rows.map(({ term, count, percent, href }, index) => (
        <tr key={term}>
          <td className="number">{index + 1}</td>
          <td className="mono wide">{href === null ? term : <Link href={href}>{term}</Link>}</td>
          <td className="number">{count.toLocaleString("en")}</td>
          <td className="number">
            <ShareBar percent={percent} /> {percent.toFixed(2)}
          </td>
          {field === "signature" && (
            <td className="nowrap">
              <Link href={signatureHref(term)}>Report</Link>
            </td>
          )}
        </tr>
      ))}
    </Table>
  );
}
