import Link from "next/link";
import { Badge } from "#components/ui/badge";
import { Table } from "#components/ui/table";
import { TimeStamp } from "#components/ui/time-stamp";
import { signatureHref, type LinkParameters } from "#lib/core/links";
import type { TopCrasher } from "#lib/reports/top-crashers";

interface TopCrashersTableProps {
  readonly signatures: readonly TopCrasher[];
  /** What the list is narrowed to, for the links to the signatures. */
  readonly filters: LinkParameters;
  readonly now: Date;
}

const MOVEMENT_SHOWN = 5;

/** Signatures, the most frequent first. */
export function TopCrashersTable({ signatures, filters, now }: TopCrashersTableProps) {
  const numbers = ["Count", "%", "Change", "Win", "Mac", "Lin", "Installs"];
  const head = (
    <tr>
      <th scope="col" className="number">
        #
      </th>
      <th scope="col">Signature</th>
      {numbers.map((label) => (
        <th key={label} scope="col" className="number">
          {label}
        </th>
      ))}
      <th scope="col">First appearance</th>
    </tr>
  );
  return (
    <Table label="Top crashing signatures" head={head}>
      {signatures.map((crasher) => (
        <tr key={crasher.signature}>
          <td className="number">
            {crasher.rank}
            <Movement places={crasher.movement} />
          </td>
          <td className="wide">
            <Link className="mono" href={signatureHref(crasher.signature, filters)}>
              {crasher.signature}
            </Link>{" "}
            <Marks crasher={crasher} />
          </td>
          <td className="number">{crasher.count.toLocaleString("en")}</td>
          <td className="number">{crasher.percent.toFixed(2)}</td>
          <td className="number">
            <Change crasher={crasher} />
          </td>
          <td className="number">{crasher.windows.toLocaleString("en")}</td>
          <td className="number">{crasher.mac.toLocaleString("en")}</td>
          <td className="number">{crasher.linux.toLocaleString("en")}</td>
          <td className="number">{crasher.installs.toLocaleString("en")}</td>
          <td className="nowrap">
            {crasher.firstAppearance === null ? (
              "–"
            ) : (
              <TimeStamp date={crasher.firstAppearance} now={now} dayOnly />
            )}
          </td>
        </tr>
      ))}
    </Table>
  );
}

function Movement({ places }: { readonly places: number | null }) {
  if (places === null || Math.abs(places) < MOVEMENT_SHOWN) return null;
  return (
    <span className="muted" title={`${Math.abs(places)} places ${places > 0 ? "up" : "down"}`}>
      {places > 0 ? " ▲" : " ▼"}
      {Math.abs(places)}
    </span>
  );
}

function Change({ crasher: { isNew, difference } }: { readonly crasher: TopCrasher }) {
  if (isNew) return <Badge tone="accent">new</Badge>;
  if (difference === null) return <span className="muted">–</span>;
  const amount = Math.abs(difference).toFixed(2);
  if (Number(amount) === 0) return <span className="muted">0.00</span>;
  return difference > 0 ? (
    <span title="A larger share than before">▲ +{amount}</span>
  ) : (
    <span title="A smaller share than before">▼ −{amount}</span>
  );
}

function Marks({ crasher }: { readonly crasher: TopCrasher }) {
  return (
    <>
      {crasher.startup === "all" && <Badge tone="danger">startup</Badge>}
      {crasher.startup === "some" && <Badge tone="warning">some at startup</Badge>}
      {crasher.early && crasher.startup !== "all" && (
        <Badge tone="warning" title="More than half of these crashes came in the first minute">
          early
        </Badge>
      )}
    </>
  );
}
