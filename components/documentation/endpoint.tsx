import Link from "next/link";
import { Badge } from "#components/ui/badge";
import { Card } from "#components/ui/card";
import { Table } from "#components/ui/table";
import type { EndpointDocumentation } from "#lib/reports/endpoint-documentation";
import styles from "./endpoint.module.css";

/** What an endpoint is for, what it takes, and requests to try. */
export function Endpoint({ endpoint }: { readonly endpoint: EndpointDocumentation }) {
  const { name, methods, summary, description, permission, replacement } = endpoint;
  return (
    <div id={name} className={styles.endpoint}>
      <Card
        title={`${methods} /api/${name}/`}
        hint={permission && <Badge tone="warning">{permission}</Badge>}
      >
        <div className="stack">
          <p>
            {summary} {description}
          </p>
          {replacement !== null && <p className="muted">Kept for old clients; use {replacement}.</p>}
          {endpoint.parameters.length > 0 && <Parameters endpoint={endpoint} />}
          {endpoint.takesFields && (
            <p>
              Every <Link href="/api/SuperSearchFields/?pretty=print">field of Super Search</Link> is a
              filter.
            </p>
          )}
          {endpoint.examples.map(({ title, href, curl }) => (
            <figure key={title} className={styles.example}>
              <figcaption>{href === null ? title : <a href={href}>{title}</a>}</figcaption>
              <pre>{curl}</pre>
            </figure>
          ))}
        </div>
      </Card>
    </div>
  );
}

function Parameters({ endpoint: { name, parameters } }: { readonly endpoint: EndpointDocumentation }) {
  const head = (
    <tr>
      <th scope="col">Parameter</th>
      <th scope="col">Given</th>
      <th scope="col">Meaning</th>
    </tr>
  );
  return (
    <Table label={`Parameters of ${name}`} head={head}>
      {parameters.map(({ name: parameter, required, repeated, description }) => (
        <tr key={parameter}>
          <td className="mono">{parameter}</td>
          <td>
            {required ? "always" : "if wanted"}
            {repeated && ", also repeated"}
          </td>
          <td className="wide">{description}</td>
        </tr>
      ))}
    </Table>
  );
}
