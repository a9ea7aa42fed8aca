import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newCrashId, type CrashId } from "#lib/core/crash-id";
import { provideServices } from "#lib/services";
import { CORPUS } from "#lib/search/corpus";
import { openTestServices } from "#test/test-services";
import { processedCrashEndpoint, rawCrashEndpoint, superSearchEndpoint } from "./endpoints";
import { serve, type Endpoint } from "./route";

const submitted = "2026-11-20T01:02:03+00:00";
const id: CrashId = newCrashId(new Date(submitted), crypto.randomUUID(), 0);
const DATES = "date=>=2026-11-01&date=<2026-12-01";

let open: Awaited<ReturnType<typeof openTestServices>>;
beforeAll(async () => {
  open = await openTestServices();
  provideServices(open.services);
  const raw = { uuid: id, submitted_timestamp: submitted, ProductName: "</script>", URL: "https://secret" };
  await open.services.storage.saveRaw({ id, raw, dumps: new Map() });
  await open.services.storage.saveProcessed({
    uuid: id,
    date_processed: submitted,
    signature: "OOM | small",
    url: "https://secret",
  });
  await open.services.search.index(CORPUS);
});
afterAll(() => open.close());

const ENDPOINTS = {
  ProcessedCrash: processedCrashEndpoint,
  RawCrash: rawCrashEndpoint,
  SuperSearch: superSearchEndpoint,
};
const get = (name: keyof typeof ENDPOINTS, query: string, init?: RequestInit) =>
  serve(ENDPOINTS[name]).GET(new Request(`http://localhost/api/${name}/?${query}`, init));
const bodyOf = async (answer: Response) => (await answer.json()) as unknown;

describe("SuperSearch", () => {
  it("finds and counts, for every origin", async () => {
    const answer = await get("SuperSearch", `signature=oom&_columns=signature&_facets=product&${DATES}`);
    expect(answer.headers.get("access-control-allow-origin")).toBe("*");
    expect(answer.headers.get("cache-control")).toBe("private, no-cache");
    expect(await bodyOf(answer)).toMatchObject({
      total: 3,
      errors: [],
      facets: { product: expect.any(Array) as [] },
    });
  });

  it.each([
    ["_results_number=x", 400, { errors: { _results_number: ["Enter a whole number."] } }],
    ["_results_number=1001", 400, { error: expect.stringContaining("_results_number") as string }],
    ["signature=@(", 400, { error: expect.stringContaining("is not closed") as string }],
    ["date=>=2020-01-01", 400, { error: expect.stringContaining("365 days") as string }],
    ["signature=a%00b", 400, { errors: { signature: ["Null characters are not allowed."] } }],
    [
      "_return_query=1",
      403,
      { error: expect.stringContaining("View Personal Identifiable Information") as string },
    ],
  ])("says of %s, with %d, what is wrong", async (query, status, body) => {
    const answer = await get("SuperSearch", query);
    expect(answer.status).toBe(status);
    expect(await bodyOf(answer)).toMatchObject(body);
  });

  it("does not answer somebody who has gone", async () => {
    const gone = AbortSignal.abort();
    expect((await get("SuperSearch", DATES, { signal: gone })).status).toBe(499);
  });
});

describe("ProcessedCrash and RawCrash", () => {
  it("give what anybody may see", async () => {
    const processed = await bodyOf(await get("ProcessedCrash", `crash_id=${id}`));
    expect(processed).toMatchObject({ uuid: id, signature: "OOM | small" });
    expect(processed).not.toHaveProperty("url");
    expect(await bodyOf(await get("RawCrash", `crash_id=${id}`))).not.toHaveProperty("URL");
  });

  it("write text so that it cannot end a script, and indent when asked", async () => {
    const answer = await (await get("RawCrash", `crash_id=${id}&pretty=print`)).text();
    expect(answer).toContain('\n  "ProductName": "<\\/script>"');
  });

  it.each([
    ["", 400, { errors: { crash_id: ["This field is required."] } }],
    ["crash_id=", 400, { errors: { crash_id: ["This field is required."] } }],
    ["crash_id=x", 400, { error: "Bad request: BadArgumentError: Bad value for parameter(s) 'uuid'" }],
    [
      "crash_id=00000000-0000-4000-8000-000000261120",
      404,
      { error: "Not found: CrashIDNotFound 00000000-0000-4000-8000-000000261120" },
    ],
  ])("say of %j, with %d, what is wrong", async (query, status, body) => {
    for (const name of ["ProcessedCrash", "RawCrash"] as const) {
      const answer = await get(name, query);
      expect(answer.status).toBe(status);
      expect(await bodyOf(answer)).toEqual(body);
    }
  });

  it("refuse a format that is none, and dumps to anybody", async () => {
    expect((await get("RawCrash", `crash_id=${id}&format=exe`)).status).toBe(400);
    expect((await get("RawCrash", `crash_id=${id}&format=raw`)).status).toBe(404);
  });
});

describe("every endpoint", () => {
  const handlers = serve(superSearchEndpoint);
  const ask = (method: keyof typeof handlers, headers: HeadersInit = {}) =>
    handlers[method](new Request("http://localhost/api/SuperSearch/", { method, headers }));

  it.each(["HEAD", "POST", "PUT", "PATCH", "DELETE"] as const)("answers %s with 405", async (method) => {
    const answer = await ask(method);
    expect(answer.status).toBe(405);
    expect(await bodyOf(answer)).toEqual({ error: "Method not allowed" });
  });

  it("answers a browser that asks whether it may", async () => {
    const { status, headers } = await ask("OPTIONS", { "Access-Control-Request-Method": "GET" });
    expect(status).toBe(200);
    expect(headers.get("access-control-allow-methods")).toContain("GET");
  });

  it("tells nothing of an error that nobody foresaw", async () => {
    const broken: Endpoint = {
      name: "Broken",
      handle: () => Promise.reject(new Error("password is hunter2")),
    };
    const answer = await serve(broken).GET(new Request("http://localhost/api/Broken/?a=1"));
    expect(answer.status).toBe(500);
    expect(await bodyOf(answer)).toEqual({
      error: "Internal Server Error",
      path: "/api/Broken/",
      query_string: "a=1",
    });
  });
});
