import { Card } from "#components/ui/card";
import { Table } from "#components/ui/table";
import type { JavaException } from "#lib/reports/report-view/java";

/** The exceptions of a Java crash, the one that ended the program first. */
export function JavaExceptions({ exceptions }: { readonly exceptions: readonly JavaException[] }) {
  return exceptions.map(({ name, message, frames }, index) => (
    <Card
      key={index}
      title={index === 0 ? name : `Caused by ${name}`}
      hint={message ?? "message hidden"}
      flush
    >
      <Table
        label={`Stack of ${name}`}
        head={
          <tr>
            <th scope="col" className="number">
              Frame
            </th>
            <th scope="col">Method</th>
            <th scope="col">Source</th>
            <th scope="col">In app</th>
          </tr>
        }
      >
        {frames.map((frame, number) => (
          <tr key={number}>
            <td className="number">{number}</td>
            <td className="mono wide">{frame.method}</td>
            <td className="mono">{frame.source}</td>
            <td>{frame.inApp === null ? "" : frame.inApp ? "Yes" : "No"}</td>
          </tr>
        ))}
      </Table>
    </Card>
  ));
}
