import { Badge } from "#components/ui/badge";
import { Card } from "#components/ui/card";
import { EmptyState } from "#components/ui/notice";
import { Table } from "#components/ui/table";
import type { ModuleView } from "#lib/reports/report-view/report";

const TONES = { loaded: "good", missing: "warning", corrupt: "danger", "not needed": "plain" } as const;

/** What was loaded into the process, and whether its symbols were found. */
export function Modules({ modules }: { readonly modules: readonly ModuleView[] }) {
  if (modules.length === 0)
    return (
      <Card title="Modules">
        <EmptyState title="No modules are known">
          The report has no minidump, or it could not be read.
        </EmptyState>
      </Card>
    );
  const head = (
    <tr>
      <th scope="col">File name</th>
      <th scope="col">Version</th>
      <th scope="col">Symbols</th>
      <th scope="col">Debug id</th>
      <th scope="col">Debug file</th>
      <th scope="col">Base address</th>
    </tr>
  );
  return (
    <Card title="Modules" hint={`${modules.length} loaded`} flush>
      <Table label="Modules" head={head}>
        {modules.map((module, index) => (
          <tr key={index}>
            <td className="mono">
              {module.symbolUrl ? <a href={module.symbolUrl}>{module.fileName}</a> : module.fileName}
            </td>
            <td className="mono">{module.version}</td>
            <td>
              <Badge tone={TONES[module.symbols]}>{module.symbols}</Badge>
            </td>
            <td className="mono">{module.debugId}</td>
            <td className="mono">{module.debugFile}</td>
            <td className="mono">{module.baseAddress}</td>
          </tr>
        ))}
      </Table>
    </Card>
  );
}
