import { Badge } from "#components/ui/badge";
import { Table } from "#components/ui/table";
import type { FrameRow } from "#lib/reports/report-view/frames";
import styles from "./stack-table.module.css";

/** A stack, frame by frame, inlined functions before the frame they are in. */
export function StackTable({
  label,
  frames,
}: {
  readonly label: string;
  readonly frames: readonly FrameRow[];
}) {
  const head = (
    <tr>
      <th scope="col" className="number">
        Frame
      </th>
      <th scope="col">Module</th>
      <th scope="col">Function</th>
      <th scope="col">Source</th>
      <th scope="col">Trust</th>
    </tr>
  );
  return (
    <Table label={label} head={head}>
      {frames.map((row, index) =>
        row.kind === "frame" ? (
          <Frame key={index} row={row} />
        ) : (
          <Truncated key={index} message={row.message} />
        ),
      )}
    </Table>
  );
}

function Frame({ row }: { readonly row: Extract<FrameRow, { kind: "frame" }> }) {
  const inlined = row.trust === "inlined";
  return (
    <tr className={inlined ? styles.inlined : undefined}>
      <td className="number">{row.number}</td>
      <td className="mono nowrap">{row.module}</td>
      <td className="mono wide">
        {row.name}
        {row.missingSymbols && (
          <>
            {" "}
            <Badge tone="warning" title="No symbols were found for this module">
              no symbols
            </Badge>
          </>
        )}
      </td>
      <td className="mono source">
        {row.source?.href ? (
          <a href={row.source.href} rel="noreferrer">
            {row.source.text}
          </a>
        ) : (
          row.source?.text
        )}
      </td>
      <td className="nowrap">
        {inlined ? <Badge>inlined</Badge> : <span className="muted">{row.trust}</span>}
      </td>
    </tr>
  );
}

function Truncated({ message }: { readonly message: string }) {
  return (
    <tr>
      <td colSpan={5} className="muted">
        … {message} …
      </td>
    </tr>
  );
}
