import Link from "next/link";
import { ShareBar } from "#components/ui/share-bar";
import { Table } from "#components/ui/table";
import type { Share } from "#lib/reports/signature/summary";

interface ShareTableProps {
  readonly label: string;
  readonly shares: readonly Share[];
  /** Where a term leads, if anywhere. */
  readonly hrefOf?: (term: string) => string;
}

/** Values with how many crashes have them. */
export function ShareTable({ label, shares, hrefOf }: ShareTableProps) {
  const head = (
    <tr>
      <th scope="col">{label}</th>
      <th scope="col" className="number">
        Count
      </th>
      <th scope="col" className="number">
        %
      </th>
    </tr>
  );
  return (
    <Table label={label} head={head}>
      {shares.map(({ term, count, percent }) => (
        <tr key={term}>
          <td className="mono">{hrefOf ? <Link href={hrefOf(term)}>{term}</Link> : term}</td>
          <td className="number">{count.toLocaleString("en")}</td>
          <td className="number">
            <ShareBar percent={percent} /> {percent.toFixed(2)}
          </td>
        </tr>
      ))}
    </Table>
  );
}
