import { FIELDS } from "#lib/fields/catalogue";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newCrashId, type CrashId } from "#lib/core/crash-id";
import { CORPUS } from "#lib/search/corpus";
import { bodyOf, openApi, type TestApi } from "#test/api-harness";
import { crashVerifyRoute, processedCrashRoute, rawCrashRoute, unredactedCrashRoute } from "./crash-data";
import { newSignaturesRoute } from "./of-2018";
import { superSearchFieldsRoute, superSearchRoute, superSearchUnredactedRoute } from "./super-search";

const submitted = "2026-11-20T01:02:03+00:00";
const id: CrashId = newCrashId(new Date(submitted), crypto.randomUUID(), 0);
const MISSING = "00000000-0000-4000-8000-000000261120";
const DATES = "date=>=2026-11-01&date=<2026-12-01";

let api: TestApi;
let seesAll: string;
let seesDumps: string;
beforeAll(async () => {
  api = await openApi();
  const { storage, search, config } = api.services;
  const path = join(config.dataDirectory, "a-dump");
  await writeFile(path, "MDMP");
  const raw = { uuid: id, submitted_timestamp: submitted, ProductName: "</script>", URL: "https://secret" };
  const dumps = new Map([["upload_file_minidump", { path, sizeBytes: 4 }]]);
  await storage.saveRaw({ id, raw, dumps });
  const processed = { uuid: id, date_processed: submitted, signature: "OOM | small", url: "https://secret" };
  await storage.saveProcessed(processed);
  await search.index(CORPUS);
  seesAll = await api.tokenFor("view_pii");
  seesDumps = await api.tokenFor("view_rawdump");
});
afterAll(() => api.close());

describe("SuperSearch", () => {
  it("finds and counts, for every origin, and may be kept for 5 minutes by who asked", async () => {
    const query = `signature=oom&_columns=signature&_facets=product&${DATES}`;
    const answer = await api.call(superSearchRoute, { query });
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      "access-control-allow-origin": "*",
      "cache-control": "private, max-age=300",
      "content-type": "application/json; charset=UTF-8",
      vary: "Auth-Token, Cookie",
    });
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
    const answer = await api.call(superSearchRoute, { query });
    expect(answer.status).toBe(status);
    expect(answer.headers.get("content-type")).toBe("application/json");
    expect(await bodyOf(answer)).toMatchObject(body);
  });

  it("shows the engine's query to those who may see it", async () => {
    const answer = await api.call(superSearchRoute, { query: "_return_query=1", token: seesAll });
    expect(await bodyOf(answer)).toHaveProperty("query");
  });

  it("passes over names that are protected or unknown, which SuperSearchUnredacted refuses or knows", async () => {
    const query = `_facets=url&_facets=nonsense&${DATES}`;
    const redacted = await bodyOf(await api.call(superSearchRoute, { query }));
    expect(redacted).toMatchObject({ facets: { signature: expect.any(Array) as [] } });
    const refused = await api.call(superSearchUnredactedRoute, { query, token: seesAll });
    expect(await bodyOf(refused)).toEqual({
      error: "Bad request: BadArgumentError: Unknown field 'nonsense'",
    });
    const known = { query: `_facets=url&${DATES}`, token: seesAll };
    expect(await bodyOf(await api.call(superSearchUnredactedRoute, known))).toMatchObject({
      facets: { url: expect.any(Array) as [] },
    });
  });

  it("does not answer somebody who has gone", async () => {
    const gone = AbortSignal.abort();
    expect((await api.call(superSearchRoute, { query: DATES, signal: gone })).status).toBe(499);
  });
});

it("SuperSearchFields describes every field, protected ones too, to everybody", async () => {
  const fields = await bodyOf(await api.call(superSearchFieldsRoute));
  expect(Object.keys(fields as object)).toHaveLength(FIELDS.length);
  expect(fields).toMatchObject({
    url: { permissions_needed: ["protected"], webapp_permissions_needed: ["crashstats.view_pii"] },
  });
});

describe("ProcessedCrash and RawCrash", () => {
  it("give what one may see", async () => {
    const query = `crash_id=${id}`;
    const processed = await bodyOf(await api.call(processedCrashRoute, { query }));
    expect(processed).toMatchObject({ uuid: id, signature: "OOM | small" });
    expect(processed).not.toHaveProperty("url");
    expect(await bodyOf(await api.call(rawCrashRoute, { query }))).not.toHaveProperty("URL");
    for (const [route, key] of [
      [processedCrashRoute, "url"],
      [unredactedCrashRoute, "url"],
      [rawCrashRoute, "URL"],
    ] as const)
      expect(await bodyOf(await api.call(route, { query, token: seesAll }))).toHaveProperty(
        key,
        "https://secret",
      );
  });

  it("write text so that it cannot end a script, and indent when asked", async () => {
    const answer = await api.call(rawCrashRoute, { query: `crash_id=${id}&pretty=print` });
    expect(await answer.text()).toContain('\n  "ProductName": "<\\/script>"');
  });

  it("are not kept by clients: the next answer may be another", async () => {
    const answer = await api.call(processedCrashRoute, { query: `crash_id=${id}` });
    expect(answer.headers.get("cache-control")).toBe("private, no-cache");
  });

  it.each([
    ["", 400, { errors: { crash_id: ["This field is required."] } }],
    ["crash_id=", 400, { errors: { crash_id: ["This field is required."] } }],
    ["crash_id=x", 400, { error: "Bad request: BadArgumentError: Bad value for parameter(s) 'uuid'" }],
    [`crash_id=x&crash_id=${MISSING}`, 404, { error: `Not found: CrashIDNotFound ${MISSING}` }],
  ])("say of %j, with %d, what is wrong", async (query, status, body) => {
    for (const route of [processedCrashRoute, rawCrashRoute]) {
      const answer = await api.call(route, { query });
      expect(answer.status).toBe(status);
      expect(await bodyOf(answer)).toEqual(body);
    }
  });

  it("ignore what they do not know: clients say format and datatype", async () => {
    const query = `crash_id=${id}&format=meta&datatype=processed`;
    expect((await api.call(processedCrashRoute, { query })).status).toBe(200);
  });
});

describe("RawCrash as a dump", () => {
  it.each(["", "&name=upload_file_minidump", "&name=dump"])(
    "is the main one for %j, for those who may have it",
    async (name) => {
      const query = `crash_id=${id}&format=raw${name}`;
      const answer = await api.call(rawCrashRoute, { query, token: seesDumps });
      expect(answer.headers.get("content-type")).toBe("application/octet-stream");
      expect(answer.headers.get("content-disposition")).toBe(`attachment; filename="${id}.dmp"`);
      expect(await answer.text()).toBe("MDMP");
      const refused = await api.call(rawCrashRoute, { query, token: seesAll });
      expect(refused.status).toBe(403);
      expect(await bodyOf(refused)).toEqual({
        error: "Binary response requires permissions: View Raw Dumps",
      });
    },
  );

  it("is refused in another format, and not found when there is none, also for those who may not see it", async () => {
    const wrong = await api.call(rawCrashRoute, { query: `crash_id=${id}&format=exe` });
    expect(await bodyOf(wrong)).toEqual({
      error: "Bad request: BadArgumentError: Bad value for parameter(s) 'format'",
    });
    const query = `crash_id=${id}&format=raw&name=upload_file_minidump_browser`;
    expect((await api.call(rawCrashRoute, { query })).status).toBe(404);
  });
});

describe("CrashVerify", () => {
  it("tells where a crash is kept, of any age", async () => {
    const indexed = CORPUS[0];
    if (!indexed) throw new Error("unreachable");
    const whereabouts = async (crash: string) =>
      bodyOf(await api.call(crashVerifyRoute, { query: `crash_id=${crash}` }));
    expect(await whereabouts(id)).toEqual({
      uuid: id,
      raw_crash: true,
      processed_crash: true,
      elasticsearch_crash: false,
      telemetry_crash: false,
    });
    expect(await whereabouts(MISSING)).toMatchObject({ raw_crash: false, processed_crash: false });
    const old = { ...indexed, uuid: newCrashId(new Date("2024-02-29"), crypto.randomUUID(), 0) };
    await api.services.search.index([{ ...old, date: "2024-02-29T23:59:59+00:00" }]);
    expect(await whereabouts(old.uuid)).toMatchObject({ raw_crash: false, elasticsearch_crash: true });
  });

  it.each(["", "crash_id=", "crash_id=x", `crash_id=bp-${id}`])("refuses %j", async (query) => {
    const answer = await api.call(crashVerifyRoute, { query });
    expect(answer.status).toBe(400);
    expect(await bodyOf(answer)).toEqual({ error: "unknown crash id" });
  });
});

describe("NewSignatures", () => {
  const crash = (day: string, signature: string) => ({
    uuid: newCrashId(new Date(day), crypto.randomUUID(), 0),
    date: `${day}T00:00:00+00:00`,
    signature,
    product: "Plover",
    version: "7.0",
  });
  const found = async (query: string) =>
    bodyOf(await api.call(newSignaturesRoute, { query: `product=Plover&${query}` }));

  it("are those of a time that were not there in the time before", async () => {
    const crashes = [crash("2026-09-01", "known"), crash("2026-09-20", "known"), crash("2026-09-20", "new")];
    await api.services.search.index(crashes);
    const time = "start_date=2026-09-15&end_date=2026-09-23";
    expect(await found(time)).toEqual({ hits: ["new"], total: 1 });
    expect(await found(`${time}&not_after=2026-09-05`)).toMatchObject({ total: 2 });
    expect(await found(`${time}&version=8.0`)).toEqual({ hits: [], total: 0 });
  });

  it("are refused for a date that is none", async () => {
    expect(await found("end_date=soon")).toEqual({
      error: expect.stringContaining("'end_date': \"soon\" is no date such as") as string,
    });
  });
});
