import Link from "next/link";
import { Card } from "#components/ui/card";
import { EmptyState } from "#components/ui/notice";
import { Table } from "#components/ui/table";
import { reportHref, signatureHref } from "#lib/core/links";
import type { LaboratoryPart } from "#lib/reports/laboratory";

interface LaboratoryTableProps {
  readonly summary: string;
  readonly parts: readonly LaboratoryPart[];
}

/** Which signatures lists would split, merge and move, with examples. */
export function LaboratoryTable({ summary, parts }: LaboratoryTableProps) {
  const shown = parts.filter(({ rows }) => rows.length > 0);
  return (
    <>
      <p role="status">{summary}</p>
      {shown.length === 0 && (
        <EmptyState title="No signature would change">
          Edit a list, or try it on other or more crashes.
        </EmptyState>
      )}
      {shown.map((part) => (
        <Part key={part.title} {...part} />
      ))}
    </>
  );
}

function Part({ title, signatures, rows }: LaboratoryPart) {
  const head = (
    <tr>
      <th scope="col">Signature</th>
      <th scope="col">Would be</th>
      <th scope="col" className="number">
        Crashes
      </th>
      <th scope="col">Examples</th>
    </tr>
  );
  return (
    <Card title={title} hint={`${signatures.toLocaleString("en")} signatures`} flush>
      <Table label={title} head={head}>
        {rows.map((row) => (
          <tr key={`${row.old}\n${row.new}`}>
            <td className="mono">
              <Link href={signatureHref(row.old)}>{row.old}</Link>
            </td>
            <td className="mono">{row.old === row.new ? "the same" : row.new}</td>
            <td className="number">{row.crashes.toLocaleString("en")}</td>
            <td className="nowrap">
              {row.examples.map((crashId) => (
                <Link key={crashId} href={reportHref(crashId)} title={crashId} className="mono">
                  {crashId.slice(0, 8)}{" "}
                </Link>
              ))}
            </td>
          </tr>
        ))}
      </Table>
    </Card>
  );
}
