import Link from "next/link";
import { Table } from "#components/ui/table";
import { TimeStamp } from "#components/ui/time-stamp";
import type { MissingSymbolsRow } from "#lib/reports/missing-symbols";

/** Modules without symbols; their numbers lead to the crashes. */
export function MissingSymbolsTable({
  rows,
  now,
}: {
  readonly rows: readonly MissingSymbolsRow[];
  readonly now: Date;
}) {
  const head = (
    <tr>
      <th scope="col">Module</th>
      <th scope="col">Debug file</th>
      <th scope="col">Debug id</th>
      <th scope="col" className="number">
        Crashes
      </th>
      <th scope="col" className="number">
        Signatures
      </th>
      <th scope="col">First seen</th>
      <th scope="col">Last seen</th>
      <th scope="col">Versions</th>
    </tr>
  );
  return (
    <Table label="Modules without symbols" head={head}>
      {rows.map((row) => (
        <tr key={`${row.filename}/${row.debugFile}/${row.debugId}`}>
          <td className="mono whole">{row.filename}</td>
          <td className="mono whole">{row.debugFile}</td>
          <td className="mono whole">{row.debugId}</td>
          <td className="number">
            <Link href={row.crashesHref} aria-label={`${row.crashes} crashes that lack ${row.debugFile}`}>
              {row.crashes.toLocaleString("en")}
            </Link>
          </td>
          <td className="number">{row.signatures.toLocaleString("en")}</td>
          <td className="nowrap">
            <TimeStamp date={row.firstSeen} now={now} dayOnly />
          </td>
          <td className="nowrap">
            <TimeStamp date={row.lastSeen} now={now} dayOnly />
          </td>
          <td>{row.versions.join(", ")}</td>
        </tr>
      ))}
    </Table>
  );
}
