import Link from "next/link";
import { Table } from "#components/ui/table";
import { TimeStamp } from "#components/ui/time-stamp";
import { signatureHref } from "#lib/core/links";
import type { NewSignature } from "#lib/reports/home";

/** Signatures nobody saw before the last days. */
export function NewSignatures({
  signatures,
  now,
}: {
  readonly signatures: readonly NewSignature[];
  readonly now: Date;
}) {
  const head = (
    <tr>
      <th scope="col">Signature</th>
      <th scope="col">Product</th>
      <th scope="col" className="number">
        Crashes
      </th>
      <th scope="col">First seen</th>
    </tr>
  );
  return (
    <Table label="New signatures" head={head}>
      {signatures.map(({ signature, products, count, firstDate }) => (
        <tr key={signature}>
          <td className="wide">
            <Link className="mono" href={signatureHref(signature)}>
              {signature}
            </Link>
          </td>
          <td>{products.join(", ")}</td>
          <td className="number">{count.toLocaleString("en")}</td>
          <td className="nowrap">
            <TimeStamp date={firstDate} now={now} />
          </td>
        </tr>
      ))}
    </Table>
  );
}
