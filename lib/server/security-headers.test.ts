import { once } from "node:events";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { setSecurityHeaders } from "./security-headers";

let seen: IncomingHttpHeaders = {};
const server = createServer((request, response) => {
  setSecurityHeaders(request, response, request.url === "/development");
  seen = request.headers;
  response.end();
});
let url: string;
beforeAll(async () => {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());

const scriptSources = (policy: string | null) =>
  /script-src ([^;]+)/.exec(policy ?? "")?.[1]?.split(" ") ?? [];

describe("the headers of every page", () => {
  it("allow scripts by a nonce that no other answer has, and no inline script", async () => {
    const policies = await Promise.all(
      [1, 2].map(async () => (await fetch(url)).headers.get("content-security-policy")),
    );
    for (const policy of policies) {
      expect(scriptSources(policy)).not.toContain("'unsafe-inline'");
      expect(scriptSources(policy)).not.toContain("'unsafe-eval'");
    }
    const nonces = policies.map((policy) =>
      scriptSources(policy).find((source) => source.startsWith("'nonce-")),
    );
    expect(new Set(nonces).size).toBe(2);
    expect(nonces).not.toContain(undefined);
  });

  it("tell the page framework the same policy, whatever the client says under that name", async () => {
    const answer = await fetch(url, {
      headers: {
        "Content-Security-Policy": "script-src 'nonce-mine'",
        "Content-Security-Policy-Report-Only": "script-src 'nonce-mine'",
      },
    });
    expect(seen["content-security-policy"]).toBe(answer.headers.get("content-security-policy"));
    expect(seen["content-security-policy-report-only"]).toBeUndefined();
  });

  it("forbid framing, guessing types, and telling other sites where one came from", async () => {
    const { headers } = await fetch(url);
    expect(headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
    expect(headers.get("x-frame-options")).toBe("DENY");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("referrer-policy")).toBe("same-origin");
  });

  it("let the development server evaluate code", async () => {
    const { headers } = await fetch(`${url}/development`);
    expect(scriptSources(headers.get("content-security-policy"))).toContain("'unsafe-eval'");
  });
});
