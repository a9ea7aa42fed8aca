import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { ensurePerson, updatePerson } from "#lib/db/people";
import { bodyOf, openApi, type TestApi } from "#test/api-harness";
import { defineRoute } from "./define-route";
import { refuseUnknown } from "./route";
import { noOpRoute } from "./routes/no-op";
import { missingProcessedCrashRoute } from "./routes/processing";
import { crashSignatureRoute } from "./routes/signatures";

const brokenRoute = defineRoute({
  name: "Broken",
  methods: ["GET"],
  summary: "Fails.",
  input: z.object({}),
  output: z.null(),
  examples: [],
  answer: () => Promise.reject(new Error("password is hunter2")),
});

describe("every endpoint", () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await openApi();
  });
  afterAll(() => api.close());

  it.each(["HEAD", "POST", "PUT", "PATCH", "DELETE"] as const)("answers %s with 405", async (method) => {
    const answer = await api.call(noOpRoute, { method });
    expect(answer.status).toBe(405);
    expect(await bodyOf(answer)).toEqual({ error: "Method not allowed" });
  });

  it("answers a browser that asks whether it may", async () => {
    const headers = { "Access-Control-Request-Method": "GET" };
    const answer = await api.call(noOpRoute, { method: "OPTIONS", headers });
    expect(answer.status).toBe(200);
    expect(answer.headers.get("access-control-allow-methods")).toContain("GET");
    expect(answer.headers.get("access-control-allow-headers")).toContain("auth-token");
    expect(answer.headers.has("access-control-allow-credentials")).toBe(false);
  });

  it("answers other OPTIONS in its own way", async () => {
    expect(await bodyOf(await api.call(noOpRoute, { method: "OPTIONS" }))).toEqual([{}, false]);
    expect(await bodyOf(await api.call(crashSignatureRoute, { method: "OPTIONS" }))).toMatchObject({
      name: "CrashSignature",
      parses: ["application/json"],
    });
  });

  it("refuses a token that cannot be used before anything else, also where there is no endpoint", async () => {
    const headers = { "Auth-Token": "0".repeat(32) };
    const unknown = refuseUnknown(new Request("http://localhost/api/Zzz/", { headers }));
    for (const answer of [await api.call(noOpRoute, { headers }), await unknown]) {
      expect(answer.status).toBe(403);
      expect(await answer.text()).toBe('{"error":"API Token not matched"}\n');
      expect(answer.headers.get("access-control-allow-origin")).toBe("*");
    }
    const { database } = api.services;
    const token = await api.tokenFor();
    const { id, email } = await ensurePerson(database, "superuser@example.com", new Date());
    await updatePerson(database, id, { active: false });
    const inactive = await api.call(noOpRoute, { token });
    await updatePerson(database, id, { active: true });
    expect(await bodyOf(inactive)).toEqual({ error: "User of API token not active" });
    expect(email).toBe("superuser@example.com");
  });

  it.each(["Zzz", "Query", "TelemetryCrash", "PriorityJob", "SuperSearchStatus", "BugzillaBugInfo", "noop"])(
    "is known by its name, and %s is none",
    async (name) => {
      const answer = await refuseUnknown(new Request(`http://localhost/api/${name}/?a=1`));
      expect(answer.status).toBe(404);
      expect(await bodyOf(answer)).toEqual({ error: `No service called '${name}'` });
    },
  );

  it("tells nothing of an error that nobody foresaw", async () => {
    const answer = await api.call(brokenRoute, { query: "a=1" });
    expect(answer.status).toBe(500);
    expect(await bodyOf(answer)).toEqual({
      error: "Internal Server Error",
      path: "/api/Broken/",
      query_string: "a=1",
    });
  });
});

describe("rate limits", () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await openApi({ API_RATE_LIMIT_PER_MINUTE: "3", API_RATE_LIMIT_AUTHENTICATED_PER_MINUTE: "5" });
  });
  afterAll(() => api.close());
  const from = (address: string) => ({ "X-Client-Address": address });
  const statuses = async (count: number, headers: Readonly<Record<string, string>>, token?: string) => {
    const all = [];
    for (let asked = 0; asked < count; asked++)
      all.push((await api.call(noOpRoute, { query: "product=x", headers, ...(token && { token }) })).status);
    return all;
  };

  it("stop one address after so many requests, whatever the endpoint, and say when to come again", async () => {
    expect(await statuses(4, from("192.0.2.1"))).toEqual([200, 200, 200, 429]);
    const answer = await api.call(noOpRoute, { headers: from("192.0.2.1") });
    expect(await bodyOf(answer)).toEqual({ error: "Too Many Requests" });
    expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(Number(answer.headers.get("retry-after"))).toBeLessThanOrEqual(60);
    const other = await api.call(missingProcessedCrashRoute, { headers: from("192.0.2.1") });
    expect(other.status).toBe(429);
    expect(await bodyOf(other)).toEqual({ detail: "Request was throttled." });
    const unknown = new Request("http://localhost/api/Zzz/", { headers: from("192.0.2.1") });
    expect((await refuseUnknown(unknown)).status).toBe(429);
    expect(await statuses(1, from("192.0.2.2"))).toEqual([200]);
  });

  it("count a whole network of IPv6 as one", async () => {
    expect(await statuses(3, from("2001:db8::1"))).toEqual([200, 200, 200]);
    expect(await statuses(1, from("2001:db8::ffff:1"))).toEqual([429]);
    expect(await statuses(1, from("2001:db8:0:1::1"))).toEqual([200]);
  });

  it("are higher with a token, which needs no permission for that", async () => {
    const token = await api.tokenFor();
    expect(await statuses(6, from("192.0.2.3"), token)).toEqual([200, 200, 200, 200, 200, 429]);
  });

  it("count those who try tokens out as anonymous", async () => {
    expect(await statuses(4, from("192.0.2.5"), "0".repeat(32))).toEqual([403, 403, 403, 429]);
  });

  it("do not count browsers that ask whether they may", async () => {
    for (let asked = 0; asked < 5; asked++)
      expect((await api.call(noOpRoute, { method: "OPTIONS", headers: from("192.0.2.4") })).status).toBe(200);
  });
});
