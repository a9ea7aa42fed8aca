import type { Metadata } from "next";
import { headers } from "next/headers";
import Link from "next/link";
import { Endpoint } from "#components/documentation/endpoint";
import { Card } from "#components/ui/card";
import { PageTitle } from "#components/ui/page-title";
import { documentEndpoints } from "#lib/api/documentation";
import { EXAMPLE_CRASH_ID } from "#lib/api/examples";
import { ROUTES } from "#lib/api/registry";
import { pageContext } from "#lib/middleware/page-context";
import { newestCrashId } from "#lib/reports/newest-crash";

export const metadata: Metadata = { title: "API" };

export default async function ApiPage() {
  const given = await headers();
  const scheme = given.get("x-forwarded-proto") === "https" ? "https" : "http";
  const origin = `${scheme}://${given.get("host") ?? "127.0.0.1:8000"}`;
  const crashId = (await newestCrashId(await pageContext())) ?? EXAMPLE_CRASH_ID;
  const endpoints = documentEndpoints(ROUTES, { origin, crashId });
  return (
    <>
      <PageTitle
        title="API"
        lead="Everything that the pages show, for programs. Clients of crash-stats.mozilla.org work here, too."
      />
      <Card title="In general">
        <div className="stack">
          <p>
            Answers are JSON, indented with <code>pretty=print</code>. Unknown parameters say nothing. Every
            origin may ask. Who asks too often gets 429, and <code>Retry-After</code> says when to ask again.
          </p>
          <p>
            Protected data needs a <Link href="/api/tokens/">token</Link> in the header{" "}
            <code>Auth-Token</code>. A token allows what it was made for, as long as its owner may do it. In
            this browser you may also do what you may when you are signed in.
          </p>
          <p>
            For generators of clients there is a description in <a href="/api/openapi.json">OpenAPI 3.1</a>.
          </p>
          <ul className="row">
            {endpoints.map(({ name }) => (
              <li key={name}>
                <a href={`#${name}`}>{name}</a>
              </li>
            ))}
          </ul>
        </div>
      </Card>
      {endpoints.map((endpoint) => (
        <Endpoint key={endpoint.name} endpoint={endpoint} />
      ))}
    </>
  );
}
