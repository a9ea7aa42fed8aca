import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { JsonObject } from "#lib/core/json";
import { isSearchable, send, submit, superSearch } from "#test/send-crash";
import { startFreshServer, type FreshServer } from "#test/server-process";

let server: FreshServer;
beforeAll(async () => {
  server = await startFreshServer();
});
afterAll(async () => {
  expect(await server.stop()).toBe(0);
  await server.remove();
});

const page = async (path: string) => (await fetch(server.url + path)).text();
const api = async (path: string) => {
  const response = await fetch(`${server.url}/api/${path}`);
  return { status: response.status, headers: response.headers, body: (await response.json()) as JsonObject };
};
const processed = (annotations: Record<string, string>, dump?: Uint8Array | string) =>
  submit(server.url, annotations, dump).then(async (id) => {
    await expect.poll(() => isSearchable(server.url, id), { timeout: 20_000 }).toBe(true);
    return id;
  });

describe("a crash that is sent", () => {
  it("is processed, found by search, counted, and read with its symbolicated stack", async () => {
    const id = await processed(
      { ProductName: "Firefox", Version: "130.0", Comments: "my secret", URL: "https://secret.example" },
      "segfault",
    );
    const { facets } = await superSearch(server.url, "signature=~Cache&_facets=product");
    expect(facets.product).toEqual([{ term: "Firefox", count: 1 }]);
    const html = await page(`/report/index/${id}`);
    for (const text of [
      "kestrel::net::Cache&lt;T&gt;::find",
      "kestrel::net::Loader::load",
      "/build/kestrel/net/cache.h:19",
      "inlined",
      "SIGSEGV / SEGV_MAPERR",
      "Crashing thread 0",
    ])
      expect(html).toContain(text);
    expect(html).not.toContain("secret");
  });

  it("shows anonymous callers of the API its public parts only", async () => {
    const id = await processed(
      { ProductName: "Firefox", Comments: "my secret", Unheard: "my secret", RemoteType: "my secret" },
      "segfault",
    );
    const [raw, done] = await Promise.all([
      api(`RawCrash/?crash_id=${id}`),
      api(`ProcessedCrash?crash_id=${id}`),
    ]);
    expect(raw.body).toMatchObject({ ProductName: "Firefox", uuid: id, version: 2 });
    expect(done.body).toMatchObject({ product: "Firefox", uuid: id, reason: "SIGSEGV / SEGV_MAPERR" });
    for (const { body } of [raw, done])
      expect(JSON.stringify(body)).not.toMatch(/my secret|registers|dump_checksums|user_agent/);
    const { hits, facets } = await superSearch(
      server.url,
      `uuid=${id}&_columns=uuid&_columns=user_comments&_facets=user_comments&user_comments=~nothing`,
    );
    expect(hits).toEqual([{ uuid: id }]);
    expect(JSON.stringify(facets)).not.toContain("secret");
    expect((await api(`RawCrash/?crash_id=${id}&format=raw&name=upload_file_minidump`)).status).toBe(403);
    expect((await api(`RawCrash/?crash_id=${id}&format=raw&name=none`)).status).toBe(404);
  });

  it("keeps the id the client gave it", async () => {
    const uuid = "0bba929f-8721-460c-8ead-a43c20261120";
    expect(await processed({ ProductName: "Kestrel", uuid })).toBe(uuid);
  });

  it("with a Java exception shows it without its message", async () => {
    const stacktrace = {
      module: "java.lang",
      type: "IllegalStateException",
      value: "my secret",
      frames: [{ module: "a.B", function: "c", filename: "B.java", lineno: 5, in_app: true }],
    };
    const id = await processed({
      ProductName: "Wren",
      JavaException: JSON.stringify({ exception: { values: [{ stacktrace }] } }),
    });
    const html = await page(`/report/index/${id}`);
    expect(html).toContain("java.lang.IllegalStateException");
    expect(html).toContain("B.java:5");
    expect(html).not.toContain("my secret");
  });

  it.each<[string, Uint8Array, string]>([
    ["an empty dump", new Uint8Array(0), "The minidump is empty"],
    [
      "random bytes for a dump",
      new TextEncoder().encode("no minidump at all, ".repeat(10)),
      "The minidump is not a minidump",
    ],
  ])("with %s tells on its page what is wrong", async (_, dump, explanation) => {
    const id = await processed({ ProductName: "Kestrel" }, dump);
    expect(await page(`/report/index/${id}`)).toContain(explanation);
  });

  it("with 10,000 annotations is found too", async () => {
    await processed({
      ProductName: "Kestrel",
      ...Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`Key${index}`, "x"])),
    });
  });

  it("cannot put script into a page", async () => {
    const id = await processed({
      ProductName: '<script>alert("p")</script>',
      Version: "</script><img src=x onerror=alert(1)>",
      AbortMessage: "<b>bold</b>",
    });
    for (const path of [
      `/report/index/${id}`,
      `/report/index/${id}?tab=annotations`,
      "/",
      "/search/",
      `/search/?_facets=product&_tab=product`,
      "/signature/?signature=%3Cscript%3Ealert(1)%3C/script%3E",
    ]) {
      const html = await page(path);
      expect(html).not.toMatch(/<script>alert|<img src=x|<b>bold/);
    }
  });
});

describe("the API", () => {
  it.each([
    [
      "ProcessedCrash/?crash_id=00000000-0000-4000-8000-000000261120",
      404,
      { error: "Not found: CrashIDNotFound 00000000-0000-4000-8000-000000261120" },
    ],
    [
      "ProcessedCrash/?crash_id=nonsense",
      400,
      { error: "Bad request: BadArgumentError: Bad value for parameter(s) 'uuid'" },
    ],
    ["RawCrash/", 400, { errors: { crash_id: ["This field is required."] } }],
    [
      "RawCrash/?crash_id=00000000-0000-4000-8000-000000261120&format=odd",
      400,
      { error: "Bad request: BadArgumentError: Bad value for parameter(s) 'format'" },
    ],
    [
      "SuperSearch/?date=2026-11-20",
      400,
      { error: "Bad request: BadArgumentError: date must have a prefix operator" },
    ],
    ["SuperSearch/?_results_number=x", 400, { errors: { _results_number: ["Enter a whole number."] } }],
    ["SuperSearch/?signature=a%00b", 400, { errors: { signature: ["Null characters are not allowed."] } }],
    [
      "SuperSearch/?_return_query=1",
      403,
      { error: "_return_query requires the 'View Personal Identifiable Information' permission" },
    ],
    ["Nothing/", 404, { error: "No service called 'Nothing'" }],
  ])("%s answers %d in the words clients know", async (path, status, body) => {
    expect(await api(path)).toMatchObject({ status, body });
  });

  it("answers with and without the slash, to every origin, and only GET", async () => {
    const { headers, status } = await api("SuperSearch?_results_number=0");
    expect([status, headers.get("access-control-allow-origin"), headers.get("content-type")]).toEqual([
      200,
      "*",
      "application/json; charset=UTF-8",
    ]);
    for (const method of ["POST", "PUT", "DELETE", "PATCH"])
      expect((await fetch(`${server.url}/api/SuperSearch/`, { method })).status).toBe(405);
  });
});

describe("pages", () => {
  it("run only scripts with the nonce of their answer", async () => {
    const [one, other] = await Promise.all([
      fetch(server.url),
      fetch(server.url, { headers: { "Content-Security-Policy": "script-src 'nonce-forged'" } }),
    ]);
    const nonces = [one, other].map(
      ({ headers }) => /'nonce-([^']+)'/.exec(headers.get("content-security-policy") ?? "")?.[1],
    );
    expect(new Set(nonces).size).toBe(2);
    expect(one.headers.get("content-security-policy")).not.toMatch(/script-src[^;]*unsafe-inline/);
    const html = await one.text();
    expect(html.match(/<script(?![^>]*nonce=)[^>]*>/g) ?? []).toEqual([]);
    expect(await other.text()).not.toContain("forged");
  });

  it.each([
    ["/report/index/00000000-0000-4000-8000-000000261120", "No crash with this id is stored"],
    ["/report/index/0bba929f-8721-460c-8ead-a43c20261399", "This is not a crash id"],
    ["/search/?date=2026-11-20", "date must have a prefix operator"],
    ["/search/?product=Nothing", "No crash fits"],
    ["/signature/", "Give exactly one signature"],
    ["/signature/?signature=never+seen", "No crash with this signature in this time"],
    ["/topcrashers/?product=Nothing", "No crash in this time"],
    ["/status/", "Every crash that arrived was processed"],
    ["/nowhere", "There is no such page"],
  ])("%s says %j", async (path, text) => {
    expect(await page(path)).toContain(text);
  });

  it("lead from the quick search to a report or to signatures", async () => {
    const to = async (query: string) =>
      (await fetch(`${server.url}/search/quick/?query=${query}`, { redirect: "manual" })).headers.get(
        "location",
      );
    expect(await to("bp-0bba929f-8721-460c-8ead-a43c20261120")).toBe(
      "/report/index/0bba929f-8721-460c-8ead-a43c20261120",
    );
    expect(await to("js::Run")).toBe("/search/?signature=%7Ejs%3A%3ARun");
    expect(await to("")).toBe("/search/");
  });
});

describe("the health endpoints", () => {
  it("say that all is well, and which version runs", async () => {
    expect(await (await fetch(`${server.url}/__heartbeat__`)).json()).toEqual({ ok: true, errors: [] });
    expect(await (await fetch(`${server.url}/__lbheartbeat__`)).json()).toEqual({ ok: true });
    expect(await (await fetch(`${server.url}/__version__`)).json()).toMatchObject({
      version: expect.stringMatching(/^\d/) as string,
    });
  });

  it("stand beside a collector that only takes POST", async () => {
    expect((await fetch(`${server.url}/submit`)).status).toBe(405);
    expect((await send(server.url, {}, new Uint8Array(1))).status).toBe(400);
  });
});
