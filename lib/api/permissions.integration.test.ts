import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newCrashId, type CrashId } from "#lib/core/crash-id";
import { PERMISSIONS } from "#lib/core/viewer";
import { newestAuditEntries } from "#lib/db/audit";
import { FIELDS } from "#lib/fields/catalogue";
import { searchDocument } from "#lib/fields/document";
import type { SearchAnswer } from "#lib/middleware/super-search";
import { readSiglists } from "#lib/signature/siglist-files";
import { bodyOf, openApi, type Call, type TestApi } from "#test/api-harness";
import { plantedCrash, type PlantedCrash } from "#test/planted-crash";
import type { Route } from "./define-route";
import { openApiRoute } from "./routes/openapi";
import { rawCrashRoute } from "./routes/crash-data";
import { superSearchRoute } from "./routes/super-search";
import { ROUTES } from "./registry";

const PROTECTED = FIELDS.filter(({ access }) => access === "protected").map(({ name }) => name);
/** Annotations that are known to be protected, that nobody knows, and that no crash has. */
const HIDDEN = ["annotation.URL", "annotation.NobodyKnowsThis", "annotation.NoCrashHasThis"];
const DUMP = "planted-dump";
const id: CrashId = newCrashId(new Date("2026-11-20"), crypto.randomUUID(), 0);
const DATES = "date=>=2026-11-19&date=<2026-11-22";

/** All ways of asking about every protected field at once. */
const everywhere = [
  DATES,
  ...PROTECTED.map((name) => `_columns=${name}`),
  ...[...PROTECTED, ...HIDDEN].flatMap((name) => [
    `_facets=${name}`,
    `_facets=_cardinality.${name}`,
    `_aggs.product=${name}`,
    `_aggs.${name}=product`,
    `_histogram.date=${name}`,
    `_sort=-${name}`,
  ]),
].join("&");

const LISTS = await readSiglists("");

const crash = { query: `crash_id=${id}` };
const signature = { query: "signatures=planted::signature" };

function symbolsForm(content: string): Call {
  const head = '--x\r\nContent-Disposition: form-data; name="a"; filename="a.sym"\r\n\r\n';
  return {
    form: `${head}${content}\r\n--x--\r\n`,
    headers: { "Content-Type": "multipart/form-data; boundary=x" },
  };
}

/** Per endpoint requests that are answered for those who may ask, and one that is refused for what it says. */
const CASES: Readonly<Record<string, { readonly good: readonly Call[]; readonly bad: Call | null }>> = {
  SuperSearch: { good: [{ query: DATES }, { query: everywhere }], bad: { query: "_results_number=x" } },
  SuperSearchUnredacted: {
    good: [{ query: DATES }, { query: everywhere }],
    bad: { query: "_facets=nonsense" },
  },
  SuperSearchFields: { good: [{}], bad: null },
  // A server without Elasticsearch has no good one.
  CustomQuery: { good: [], bad: { form: "query=[]" } },
  ProcessedCrash: { good: [crash], bad: { query: "crash_id=x" } },
  RawCrash: { good: [crash], bad: { query: "" } },
  UnredactedCrash: { good: [crash], bad: { query: "crash_id=x" } },
  CrashVerify: { good: [crash], bad: { query: "crash_id=x" } },
  MissingProcessedCrash: { good: [{}], bad: { query: "page=x" } },
  Reprocessing: { good: [{ form: `crash_ids=${id}` }], bad: { form: "crash_ids=x" } },
  GroupingTrial: { good: [{ body: { crash_ids: [id] } }], bad: { body: { crash_ids: ["x"] } } },
  Regrouping: {
    good: [{ body: { name: "a", siglists: LISTS, moves: [] } }],
    bad: { body: { name: "a", siglists: { ...LISTS, prefix_signature_re: "other" }, moves: [] } },
  },
  SignatureRedirects: { good: [signature], bad: {} },
  MissingSymbols: {
    good: [{}, { query: "sort=signatures&product=Kestrel&page=9" }],
    bad: { query: "page=x" },
  },
  UploadSymbols: {
    good: [symbolsForm("MODULE Linux x86_64 A181284306CA50C172E3446A99F04D0A0 a")],
    bad: symbolsForm("x"),
  },
  SignatureFirstDate: { good: [signature], bad: {} },
  NewSignatures: { good: [{}], bad: { query: "start_date=x" } },
  CrashSignature: { good: [{ body: { jobs: [{}] } }], bad: { body: {} } },
  Bugs: { good: [signature, { form: signature.query }], bad: {} },
  SignaturesByBugs: { good: [{ query: "bug_ids=1" }], bad: { query: "bug_ids=x" } },
  VersionString: {
    good: [{ query: "product=Kestrel&channel=beta&build_id=1" }],
    bad: { query: "product=Kestrel" },
  },
  ProductVersions: { good: [{}], bad: { query: "start_date=x" } },
  Platforms: { good: [{}], bad: null },
  Status: { good: [{}], bad: null },
  CrontabberState: { good: [{}], bad: null },
  NoOp: { good: [{ query: "product=x" }], bad: { query: "product=bad" } },
  "openapi.json": { good: [{}], bad: null },
};

const VIEWERS = [
  "anonymous",
  "a token for nothing",
  "a token for all but view_pii",
  "a token for all",
] as const;
type ViewerName = (typeof VIEWERS)[number];

const SERVED = [...ROUTES, openApiRoute];

let api: TestApi;
let planted: PlantedCrash;
let tokens: Readonly<Record<ViewerName, string | undefined>>;
beforeAll(async () => {
  api = await openApi();
  const { storage, search, config } = api.services;
  planted = plantedCrash(id);
  const path = join(config.dataDirectory, "planted");
  await writeFile(path, DUMP);
  const dumps = new Map([["upload_file_minidump", { path, sizeBytes: DUMP.length }]]);
  await storage.saveRaw({ id, raw: planted.raw, dumps });
  await storage.saveProcessed(planted.processed);
  await search.index([searchDocument(planted.processed, planted.raw)]);
  tokens = {
    anonymous: undefined,
    "a token for nothing": await api.tokenFor(),
    "a token for all but view_pii": await api.tokenFor(...PERMISSIONS.filter((name) => name !== "view_pii")),
    "a token for all": await api.tokenFor(...PERMISSIONS),
  };
});
afterAll(() => api.close());

const ask = (route: Route, call: Call, viewer: ViewerName) => {
  const token = tokens[viewer];
  return api.call(route, { ...call, ...(token !== undefined && { token }) });
};
const may = ({ permission, name }: Route, viewer: ViewerName) =>
  permission === undefined ||
  viewer === "a token for all" ||
  (viewer === "a token for all but view_pii" && permission !== "view_pii" && name !== "CustomQuery");
const leaked = (text: string) => planted.secrets.filter((secret) => text.includes(secret));

it("every endpoint is tried", () => {
  expect(Object.keys(CASES).sort()).toEqual(SERVED.map(({ name }) => name).sort());
});

describe.each(VIEWERS)("to %s", (viewer) => {
  it.each(SERVED.map((route) => [route.name, route] as const))(
    "%s answers what is good, refuses what is not, and gives nothing protected away",
    async (name, route) => {
      const { good = [], bad = null } = CASES[name] ?? {};
      for (const call of good) {
        const answer = await ask(route, call, viewer);
        expect(answer.status).toBe(may(route, viewer) ? 200 : 403);
        if (viewer !== "a token for all") expect(leaked(await answer.text())).toEqual([]);
      }
      if (!bad) return;
      const answer = await ask(route, bad, viewer);
      expect(answer.status).toBe(may(route, viewer) ? 400 : 403);
      if (viewer !== "a token for all") expect(leaked(await answer.text())).toEqual([]);
    },
  );

  it("dumps are given for view_rawdump only", async () => {
    const answer = await ask(rawCrashRoute, { query: `${crash.query}&format=raw` }, viewer);
    const allowed = viewer.startsWith("a token for all");
    expect(answer.status).toBe(allowed ? 200 : 403);
    expect((await answer.text()).includes(DUMP)).toBe(allowed);
  });
});

it("who was given a crash's protected data or a dump is in the audit log", async () => {
  for (const query of [crash.query, `${crash.query}&format=raw`])
    await (await ask(rawCrashRoute, { query }, "a token for all")).text();
  const entries = await newestAuditEntries(api.services.database, 100);
  const about = entries
    .filter(({ subject }) => subject === id)
    .map(({ actor, action }) => `${actor} ${action}`);
  expect(about.sort()).toEqual([
    "superuser@example.com crash.download_dump",
    "superuser@example.com crash.view_protected",
  ]);
});

describe("a token that cannot be used", () => {
  it.each(SERVED.map((route) => [route.name, route] as const))("is refused by %s", async (name, route) => {
    const call = CASES[name]?.good[0] ?? {};
    const answer = await api.call(route, { ...call, token: "0".repeat(32) });
    expect(answer.status).toBe(403);
    expect(await answer.text()).toBe('{"error":"API Token not matched"}\n');
  });
});

describe("what is planted", () => {
  it("is seen by those who may see it, so that the search for it can fail", async () => {
    const seen = [];
    for (const name of ["RawCrash", "ProcessedCrash"])
      for (const route of SERVED.filter((served) => served.name === name))
        seen.push(await (await ask(route, crash, "a token for all")).text());
    expect(leaked(seen.join("\n"))).toEqual(planted.secrets);
    const search = await (await ask(superSearchRoute, { query: everywhere }, "a token for all")).text();
    expect(leaked(search).length).toBeGreaterThan(10);
  });

  it.each(PROTECTED)("of %s is not told by filter, facet, aggregation, order or column", async (name) => {
    const columns = `${DATES}&_columns=uuid`;
    const plain = await bodyOf(await ask(superSearchRoute, { query: columns }, "a token for nothing"));
    const prying = [
      `_columns=${name}`,
      `${name}=nothing`,
      `_facets=${name}`,
      `_facets=_cardinality.${name}`,
      `_facets=_histogram.${name}`,
      `_aggs.product=${name}`,
      `_aggs.${name}=product`,
      `_histogram.date=${name}`,
      `_histogram.${name}=product`,
      `_sort=${name}`,
    ];
    for (const query of [...prying.map((one) => `${columns}&${one}`), `${columns}&${prying.join("&")}`]) {
      const answer = await ask(superSearchRoute, { query }, "a token for nothing");
      const { warnings, ...rest } = (await bodyOf(answer)) as SearchAnswer;
      expect(rest).toEqual(plain);
      for (const { message } of warnings ?? []) expect(message).toContain("unknown");
    }
  });

  /** Every place where a name can stand; `X` is the name. */
  const PLACES = [
    "_columns=X",
    "X=~planted",
    "X=!__null__",
    "_facets=X",
    "_facets=_cardinality.X",
    "_facets=_histogram.X",
    "_aggs.product=X",
    "_aggs.X=product",
    "_aggs.product.X=version",
    "_histogram.date=X",
    "_histogram.X=product",
    "_sort=-X",
    "_cursor=*&_sort=X",
    "_explain=1&X=~planted",
    "_query=X+~+planted",
    "_query=X+EXISTS+OR+uptime+<+5",
    "_format=ndjson&X=~planted",
    "_format=csv&_columns=X",
  ];

  /** What is answered about a field, without its name and how long it took. */
  const answerAbout = async (field: string, place: string) => {
    const query = `${DATES}&${place.replaceAll("X", field)}`;
    const answer = await ask(superSearchRoute, { query }, "a token for all but view_pii");
    const body = (await answer.text()).replaceAll(/"(parse|search)_ms":[\d.]+/g, "");
    return `${answer.status} ${body.replaceAll(field, "X")}`;
  };

  it.each(PLACES)(
    "of annotations is not told by %s, which says the same of a field that is none",
    async (place) => {
      // Where fields are separated by dots, the name of no field would be two.
      const nothing = `${place.includes(".X") ? "annotation" : "annotatioo"}.NobodySendsThis`;
      const expected = await answerAbout(nothing, place);
      for (const name of HIDDEN) expect(await answerAbout(name, place)).toBe(expected);
      expect(leaked(expected)).toEqual([]);
    },
  );

  it("of an annotation is told those who may see it, and of a public one everybody", async () => {
    const query = `${DATES}&_columns=annotation.URL&annotation.URL=!__null__&_facets=annotation.NobodyKnowsThis`;
    expect(await bodyOf(await ask(superSearchRoute, { query }, "a token for all"))).toMatchObject({
      total: 1,
      hits: [{ "annotation.URL": planted.raw.URL }],
      facets: { "annotation.NobodyKnowsThis": [{ term: "planted-raw-unknown", count: 1 }] },
    });
    const open = `${DATES}&_columns=annotation.ProductName&annotation.ProductName=^Kes`;
    const everybody = await bodyOf(await ask(superSearchRoute, { query: open }, "anonymous"));
    expect(everybody).toMatchObject({ total: 1, hits: [{ "annotation.ProductName": "Kestrel" }] });
  });
});
