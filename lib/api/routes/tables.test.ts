import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newCrashId } from "#lib/core/crash-id";
import { noteSightings } from "#lib/db/signatures";
import { bodyOf, openApi, type TestApi } from "#test/api-harness";
import { bugsRoute, signaturesByBugsRoute } from "./bugs";
import { platformsRoute, productVersionsRoute, statusRoute } from "./of-2018";
import { missingProcessedCrashRoute } from "./processing";
import { versionStringRoute } from "./products";
import { signatureFirstDateRoute } from "./signatures";

let api: TestApi;
beforeAll(async () => {
  api = await openApi();
  const { client } = api.services.database;
  await client.bugAssociation.createMany({
    data: [
      { bugId: 2, signature: "c" },
      { bugId: 1, signature: "b" },
      { bugId: 1, signature: "a" },
      { bugId: 1, signature: "B" },
    ],
  });
  const build = (releaseChannel: string, buildId: string, versionString: string) => ({
    productName: "Firefox",
    releaseChannel,
    buildId,
    versionString,
    majorVersion: Number.parseInt(versionString),
    releaseVersion: "64.0",
  });
  await client.productVersion.createMany({
    data: [
      build("beta", "20181101000000", "64.0b4"),
      build("beta", "20181101000000", "64.0b4rc2"),
      build("beta", "20181201000000", "64.0rc1"),
      build("beta", "20181201000000", "64.0"),
      build("release", "20181210000000", "64.0"),
      build("release", "20181211000000", "64.0"),
      { ...build("release", "20181210000000", "9.0"), productName: "Fenix" },
    ],
  });
});
afterAll(() => api.close());

const hits = (...found: readonly unknown[]) => ({ hits: found, total: found.length });

describe("Bugs", () => {
  const a = hits({ id: 1, signature: "B" }, { id: 1, signature: "a" }, { id: 1, signature: "b" });

  it("are all associations of every bug about one of the signatures, by GET and by POST", async () => {
    expect(await bodyOf(await api.call(bugsRoute, { query: "signatures=a&signatures=unknown" }))).toEqual(a);
    expect(await bodyOf(await api.call(bugsRoute, { form: "signatures=a&signatures=b" }))).toEqual(a);
    expect(await bodyOf(await api.call(bugsRoute, { query: "signatures=unknown" }))).toEqual(hits());
  });

  it("are asked for in any kind of form, and indented when the form says so", async () => {
    const form = new FormData();
    for (const [name, value] of [
      ["signatures", "c"],
      ["pretty", "print"],
    ] as const)
      form.append(name, value);
    const sent = new Response(form);
    const answer = await api.call(bugsRoute, {
      form: await sent.text(),
      headers: { "Content-Type": sent.headers.get("content-type") ?? "" },
    });
    expect(await answer.text()).toBe(JSON.stringify(hits({ id: 2, signature: "c" }), null, 2));
  });

  it.each([
    ["a query string with a POST", { method: "POST" as const, query: "signatures=a" }],
    ["JSON", { body: { signatures: ["a"] } }],
    ["nothing", {}],
  ])("need signatures, and %s has none", async (_, call) => {
    const answer = await api.call(bugsRoute, call);
    expect(answer.status).toBe(400);
    expect(await bodyOf(answer)).toEqual({ errors: { signatures: ["This field is required."] } });
  });

  it("are not asked for in more than 10 MiB, or in a form that is broken", async () => {
    const large = await api.call(bugsRoute, { form: `signatures=${"a".repeat(10 * 1024 * 1024)}` });
    expect(large.status).toBe(413);
    const broken = { form: "signatures=a", headers: { "Content-Type": "multipart/form-data; boundary=x" } };
    expect((await api.call(bugsRoute, broken)).status).toBe(400);
  });
});

describe("SignaturesByBugs", () => {
  it("are the signatures of these bugs only", async () => {
    const answer = await api.call(signaturesByBugsRoute, {
      query: "bug_ids=2&bug_ids=%203&bug_ids=99999999999",
    });
    expect(await bodyOf(answer)).toEqual(hits({ id: 2, signature: "c" }));
  });

  it("refuse an id that is no number", async () => {
    const answer = await api.call(signaturesByBugsRoute, { query: "bug_ids=1&bug_ids=x" });
    expect(answer.status).toBe(400);
    expect(await bodyOf(answer)).toEqual({
      error: "Bad request: BadArgumentError: Bad value for parameter(s) 'bug_ids'",
    });
  });
});

it("SignatureFirstDate tells build and date, as texts, of the signatures that are known", async () => {
  const date = new Date("2018-01-02T03:04:05Z");
  await noteSightings(api.services.database, [
    { signature: "a", build: 20180101000000n, date },
    { signature: "no build", build: null, date: new Date("2018-01-02T03:04:05.678Z") },
  ]);
  const first = async (query: string) => bodyOf(await api.call(signatureFirstDateRoute, { query }));
  expect(await first("signatures=a&signatures=unknown")).toEqual(
    hits({ signature: "a", first_build: "20180101000000", first_date: "2018-01-02T03:04:05+00:00" }),
  );
  expect(await first("signatures=no%20build")).toEqual(
    hits({ signature: "no build", first_build: null, first_date: "2018-01-02T03:04:05.678000+00:00" }),
  );
});

describe("VersionString", () => {
  it.each([
    ["Beta", "20181101000000", ["64.0b4"]],
    ["beta", "20181201000000", ["64.0rc1"]],
    ["release", "20181210000000", ["64.0"]],
    ["nightly", "20181210000000", []],
  ])("of the channel %s and build %s are %j", async (channel, build, versions) => {
    const query = `product=Firefox&channel=${channel}&build_id=${build}`;
    expect(await bodyOf(await api.call(versionStringRoute, { query }))).toEqual(
      hits(...versions.map((version_string) => ({ version_string }))),
    );
  });

  it("names everything that is missing", async () => {
    const required = ["This field is required."];
    expect(await bodyOf(await api.call(versionStringRoute, { query: "product=%20" }))).toEqual({
      errors: { product: required, channel: required, build_id: required },
    });
  });
});

describe("ProductVersions", () => {
  const versions = async (query: string) => {
    const answer = (await bodyOf(await api.call(productVersionsRoute, { query }))) as {
      hits: { product: string; version: string; build_type: string; start_date: string }[];
    };
    return answer.hits.map(({ version, build_type, start_date }) => [version, build_type, start_date]);
  };

  it("are the versions of which builds are known, since the first of them, newest first", async () => {
    expect(await versions("product=Firefox&start_date=>2018-11-01")).toEqual([
      ["64.0", "release", "2018-12-10"],
      ["64.0rc1", "beta", "2018-12-01"],
      ["64.0", "beta", "2018-12-01"],
    ]);
    expect(await versions("build_type=Release&version=9.0&version=64.0")).toEqual([
      ["9.0", "release", "2018-12-10"],
      ["64.0", "release", "2018-12-10"],
    ]);
  });

  it("refuse a day that is none", async () => {
    expect((await api.call(productVersionsRoute, { query: "start_date=~2018" })).status).toBe(400);
  });
});

it("Platforms and Status tell what is here", async () => {
  expect(await bodyOf(await api.call(platformsRoute))).toContainEqual({
    code: "mac",
    name: "Mac OS X",
    display: true,
  });
  expect(await bodyOf(await api.call(statusRoute))).toMatchObject({
    socorro_revision: api.services.version,
    schema_revision: expect.stringMatching(/^\d{14}_/) as string,
  });
});

describe("MissingProcessedCrash", () => {
  const page = async (query: string) => {
    const answer = await api.call(missingProcessedCrashRoute, { query });
    return (await bodyOf(answer)) as {
      results: { crash_id: string }[];
      count: number;
      next: string | null;
      previous: string | null;
    };
  };
  const link = (number: number) => `http://crash-stats.example/api/MissingProcessedCrash/?page=${number}`;

  it("is empty while none is missing", async () => {
    expect(await page("")).toEqual({ results: [], count: 0, next: null, previous: null });
  });

  it("comes in pages of 1000 with links; a page that is none is the last", async () => {
    const createdAt = new Date("2026-11-24T01:39:32.599Z");
    const ids = Array.from({ length: 1005 }, () => newCrashId(createdAt, crypto.randomUUID(), 0));
    await api.services.database.client.missingProcessedCrash.createMany({
      data: ids.map((crashId) => ({ crashId, createdAt })),
    });
    const first = await page("");
    expect(first.results[0]).toEqual({
      crash_id: ids[0],
      is_processed: false,
      created: "2026-11-24T01:39:32.599000Z",
    });
    expect(first).toMatchObject({ count: 1005, next: link(2), previous: null });
    expect(first.results).toHaveLength(1000);
    const second = await page("page=2");
    expect(second.results.map(({ crash_id }) => crash_id)).toEqual(ids.slice(1000));
    expect(second).toMatchObject({ next: null, previous: link(1) });
    for (const query of ["page=99", "page=0", "page=-1"])
      expect((await page(query)).results).toEqual(second.results);
    expect((await page("page=99")).previous).toBe(link(98));
  });

  it.each(["x", "1.5", "1e3"])("refuses the page %s", async (text) => {
    const answer = await api.call(missingProcessedCrashRoute, { query: `page=${text}` });
    expect(answer.status).toBe(400);
    expect(await bodyOf(answer)).toEqual({ error: "invalid page number" });
  });
});
