import { Card } from "#components/ui/card";
import { Table } from "#components/ui/table";

/** What the client said of the crash, as far as the viewer may see it. */
export function Annotations({
  annotations,
}: {
  readonly annotations: readonly { readonly name: string; readonly text: string }[];
}) {
  const head = (
    <tr>
      <th scope="col">Annotation</th>
      <th scope="col">Value</th>
    </tr>
  );
  return (
    <Card title="Crash annotations" hint="public ones only" flush>
      <Table label="Crash annotations" head={head}>
        {annotations.map(({ name, text }) => (
          <tr key={name}>
            <td className="mono">{name}</td>
            <td className="wide">
              <pre>{text}</pre>
            </td>
          </tr>
        ))}
      </Table>
    </Card>
  );
}
