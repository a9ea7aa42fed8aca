import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Viewer } from "#lib/core/viewer";
import { superSearch, type SearchAnswer } from "#lib/middleware/super-search";
import { CORPUS } from "#lib/search/corpus";
import { bodyOf, openApi, type TestApi } from "#test/api-harness";
import { superSearchRoute } from "./super-search";

const DATES = "date=>=2026-11-01&date=<2026-12-01";

let api: TestApi;
beforeAll(async () => {
  api = await openApi();
  await api.services.search.index(CORPUS);
});
afterAll(() => api.close());

const get = (query: string) => api.call(superSearchRoute, { query });

describe("SuperSearch, beyond the reference's,", () => {
  it("takes a query text, and points at what is wrong with one", async () => {
    const query = encodeURIComponent('signature ~ "OOM" OR product = "Fenix"');
    expect(await bodyOf(await get(`_query=${query}&${DATES}`))).toMatchObject({ total: 3 });
    const refused = await get("_query=url+EXISTS");
    expect(refused.status).toBe(400);
    expect(await bodyOf(refused)).toEqual({ errors: { _query: ["Column 1: unknown field 'url'."] } });
  });

  it("has the reference's keys only, unless there is something to warn of or to explain", async () => {
    const keys = async (query: string) =>
      Object.keys((await bodyOf(await get(`${query}&${DATES}`))) as object);
    const usual = ["hits", "total", "facets", "errors"];
    expect(await keys("product=Firefox")).toEqual(usual);
    expect(await keys("prodct=Firefox")).toEqual([...usual, "warnings"]);
    expect(await keys("_explain=1")).toEqual([...usual, "explain"]);
    const { explain } = (await bodyOf(await get(`_explain=1&${DATES}`))) as SearchAnswer;
    expect(Object.keys(explain ?? {})).toEqual(["words", "engine", "timings"]);
  });

  it("explains with the engine's query to somebody who may see it", async () => {
    const analyst: Viewer = { email: null, can: (permission) => permission === "view_pii" };
    const asked = new URLSearchParams("_explain=1&url=!__null__");
    const answer = await superSearch(api.services.superSearch, asked, { viewer: analyst, now: new Date() });
    expect(answer).toMatchObject({ explain: { query: expect.anything() as unknown } });
    expect(answer).not.toHaveProperty("warnings");
  });

  it("goes from page to page by cursor, each crash once", async () => {
    const seen: unknown[] = [];
    for (let cursor: string | null = "*"; cursor !== null;) {
      const query = new URLSearchParams({ _cursor: cursor, _results_number: "2", _sort: "build_id" });
      const answer = await get(`${query}&_columns=signature&${DATES}`);
      const body = (await bodyOf(answer)) as SearchAnswer;
      expect(body.total).toBe(CORPUS.length);
      expect(body.hits.every((hit) => Object.keys(hit).join() === "signature")).toBe(true);
      seen.push(...body.hits);
      cursor = body.next_cursor ?? null;
    }
    const all = await get(`_sort=build_id&_columns=signature&${DATES}`);
    expect(seen).toEqual(((await bodyOf(all)) as SearchAnswer).hits);
  });

  it.each([
    ["_cursor=nonsense", { error: expect.stringContaining("take it from next_cursor") as string }],
    ["_cursor=*&_results_offset=5", { errors: { _results_offset: ["A page by _cursor has no offset."] } }],
    ["_format=xml", { errors: { _format: ["Choose json, ndjson or csv."] } }],
    ["_format=csv&_results_number=5", { errors: { _results_number: [expect.any(String) as string] } }],
    ["_format=csv&signature=@(", { error: expect.stringContaining("is not closed") as string }],
  ])("refuses %s", async (query, body) => {
    const answer = await get(query);
    expect(answer.status).toBe(400);
    expect(await bodyOf(answer)).toEqual(body);
  });

  it("gives all that fit, a line each, with what anybody may see", async () => {
    const answer = await get(`_format=ndjson&_columns=signature&_columns=url&_sort=-date&${DATES}`);
    expect(answer.headers.get("content-type")).toBe("application/x-ndjson; charset=UTF-8");
    const lines = (await answer.text())
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as unknown);
    expect(lines).toEqual(CORPUS.map(({ signature }) => ({ signature })));
    const none = await get(`_format=ndjson&product=Nothing`);
    expect(await none.text()).toBe("");
  });

  it("gives them as a table that no spreadsheet runs", async () => {
    const nasty = "=cmd|'x'!A1";
    const [first] = CORPUS;
    if (!first) throw new Error("the corpus is empty");
    await api.services.search.index([{ ...first, signature: nasty, app_notes: 'a\n"b', uptime_ts: -5.5 }]);
    const query = "_columns=signature&_columns=app_notes&_columns=uptime_ts&_columns=addons";
    const answer = await get(`_format=csv&uptime=5&${query}&${DATES}`);
    expect(answer.headers.get("content-disposition")).toBe('attachment; filename="crashes.csv"');
    expect(await answer.text()).toBe(
      `signature,app_notes,uptime_ts,addons\r\n'${nasty},"a\n""b",-5.5,"[""alpha@example:1.0"",""beta@example:2.0""]"\r\n`,
    );
    await api.services.search.index([first]);
  });
});
