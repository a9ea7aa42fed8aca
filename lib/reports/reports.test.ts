import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { anonymous } from "#lib/core/viewer";
import { noteProducts } from "#lib/db/products";
import { noteSightings } from "#lib/db/signatures";
import { openCrashQueue } from "#lib/queue/registry";
import { CORPUS, CORPUS_NOW } from "#lib/search/corpus";
import { parametersOf } from "#lib/search/plan/request";
import { openTestServices } from "#test/test-services";
import type { ReportContext } from "./ask";
import { crashRows, exactFilter } from "./crash-list";
import { homeReport } from "./home";
import { newestFirst } from "./product-versions";
import { searchPage } from "./search-page";
import { crashesPerDay } from "./signature/graph";
import { signaturePage, type SignaturePage } from "./signature/signature-page";
import { signatureSummary } from "./signature/summary";
import { statusReport } from "./status";
import { topCrashers, type TopCrashersQuery } from "./top-crashers";

let open: Awaited<ReturnType<typeof openTestServices>>;
let context: ReportContext;
beforeAll(async () => {
  open = await openTestServices();
  const { search, superSearch, database } = open.services;
  context = { search: superSearch, viewer: anonymous, now: CORPUS_NOW };
  await search.index(CORPUS);
  await noteProducts(database, new Set(["Firefox", "Thunderbird", "Silent"]), CORPUS_NOW);
  await noteSightings(
    database,
    CORPUS.map(({ signature, date }) => ({ signature, date: new Date(date), build: null })),
  );
});
afterAll(() => open.close());

const parameters = (query: string) => parametersOf(new URLSearchParams(query));

describe("the home page", () => {
  it("has every product, also those without crashes lately, the loudest first", async () => {
    const { products, total, newSignatures } = await homeReport(context, open.services.database);
    expect(products.map(({ name }) => name)).toEqual(["Firefox", "Thunderbird", "Silent"]);
    expect(products.at(-1)).toMatchObject({ count: 0, versions: [] });
    for (const { count, perDay } of products) {
      expect(perDay).toHaveLength(8);
      expect(perDay.reduce((sum, day) => sum + day, 0)).toBe(count);
    }
    expect(products.reduce((sum, { count }) => sum + count, 0)).toBeLessThanOrEqual(total);
    expect(newSignatures.map(({ signature }) => signature)).toContain("OOM | small");
  });
});

describe("the top crashers", () => {
  const query: TopCrashersQuery = {
    product: "Firefox",
    versions: [],
    days: 7,
    processType: "any",
    platform: null,
    reportType: "any",
    size: 50,
  };
  const list = (change: Partial<TopCrashersQuery> = {}) =>
    topCrashers(context, open.services.database, { ...query, ...change });

  it("are ranked, counted by platform, and known to be new", async () => {
    const { signatures, total, covered } = await list();
    expect(signatures[0]).toMatchObject({
      rank: 1,
      signature: "OOM | small",
      windows: 1,
      linux: 1,
      isNew: true,
    });
    expect(covered).toBeLessThanOrEqual(total);
    const counts = signatures.map(({ count }) => count);
    expect(counts).toEqual([...counts].sort((one, other) => other - one));
  });

  it("are those of the product exactly, narrowed by version, process and platform", async () => {
    expect((await list({ product: "Fire" })).total).toBe(0);
    expect((await list({ versions: ["98.0b4"] })).signatures.map(({ signature }) => signature)).toEqual([
      "OOM | small",
    ]);
    expect((await list({ processType: "parent" })).total).toBe(2);
    expect((await list({ platform: "Linux" })).total).toBe(2);
  });
});

describe("the report of a signature", () => {
  const page = (query: string): SignaturePage => {
    const found = signaturePage(parameters(query), context);
    if (typeof found === "string") throw new Error(found);
    return found;
  };

  it("is of the last 7 days unless dates are asked for", () => {
    expect(page("signature=x").days).toBe("7");
    expect(page("signature=x&_days=28").days).toBe("28");
    const dated = page("signature=x&date=>=2026-11-01&date=<2026-11-05");
    expect(dated).toMatchObject({ days: "", from: "2026-11-01T00:00:00+00:00" });
  });

  it.each([
    ["", "Give exactly one signature"],
    ["signature=a&signature=b", "Give exactly one signature"],
    ["signature=a&_days=999", "365 days"],
    ["signature=a&date=>=soon", "date"],
  ])("cannot be shown for %j, and says why", (query, why) => {
    expect(signaturePage(parameters(query), context)).toContain(why);
  });

  it("keeps filters of fields that anybody may see, and can take each away", () => {
    const { applied, filters } = page(
      "signature=x&product=Firefox&version=1&version=2&url=~secret&nonsense=1",
    );
    expect(Object.keys(filters).sort()).toEqual(["date", "product", "version"]);
    expect(applied.map(({ field, value }) => `${field} ${value}`).sort()).toEqual([
      "product Firefox",
      "version 1",
      "version 2",
    ]);
    const without = applied.find(({ value }) => value === "1")?.without ?? "";
    expect(new URLSearchParams(without.split("?")[1]).getAll("version")).toEqual(["2"]);
  });

  it("sums up and graphs exactly this signature", async () => {
    const { question, from, to } = page("signature=OOM+|+small");
    const summary = await signatureSummary(context, question);
    expect(summary).toMatchObject({ total: 2, startup: 0, early: 0 });
    expect(summary.products.map(({ version, count }) => [version, count]).sort()).toEqual([
      ["97.0", 1],
      ["98.0b4", 1],
    ]);
    const graph = await crashesPerDay(context, question, { field: "version", from, to });
    expect(graph.days).toHaveLength(8);
    expect(graph.days.flatMap(({ counts }) => counts).reduce((sum, count) => sum + count, 0)).toBe(2);
  });
});

describe("the search page", () => {
  it("shows what was asked and found", async () => {
    const found = await searchPage(context, parameters("signature=oom&product=Firefox&_facets=version"), 1);
    expect(found).toMatchObject({ error: null, page: 1, pages: 1, result: { total: 2 } });
    expect(found.form.lines).toEqual([
      { field: "product", sign: "", value: "Firefox" },
      { field: "signature", sign: "", value: "oom" },
    ]);
    const [row] = crashRows(found.result ?? { hits: [], total: 0, facets: {}, errors: [] }, [
      "signature",
      "product",
    ]);
    expect(row?.cells).toMatchObject([
      { text: "OOM | small", filter: "=OOM | small" },
      { text: "Firefox", filter: "Firefox" },
    ]);
  });

  it("says what is wrong, and keeps what was asked", async () => {
    const { error, result, form } = await searchPage(context, parameters("uptime=>5&uptime=<3"), 1);
    expect(error).toContain("Operator combination failed");
    expect(result).toBeNull();
    expect(form.lines).toHaveLength(2);
  });

  it("says its filters as a text, which finds the same", async () => {
    const page = await searchPage(context, parameters("signature=~OOM&product=Firefox&_sort=date&page=2"), 1);
    expect(page.query).toEqual({
      text: 'product = "Firefox" AND signature ~ "OOM"',
      problem: null,
      kept: [["_sort", "date"]],
      formHref: null,
      inUse: false,
    });
    const asText = new URLSearchParams(page.query.kept.map(([name, value]) => [name, value]));
    asText.append("_query", page.query.text);
    const again = await searchPage(context, parametersOf(asText), 1);
    expect(again.result?.total).toBe(page.result?.total);
    expect(again.form.query).toBe(page.query.text);
    expect(again.query.text).toBe(page.query.text);
    expect(again.query.formHref).toBe("/search/?_sort=date&product=Firefox&signature=%7EOOM");
  });

  it("offers no form for a text that a form cannot say, and keeps the dates a text sets", async () => {
    const text = 'date >= 2026-11-22 AND (product = "Fenix" OR signature ~ "OOM")';
    const { query, result } = await searchPage(context, new Map([["_query", [text]]]), 1);
    expect(result?.total).toBe(3);
    expect(query.formHref).toBeNull();
    expect(query.text).toBe('product = "Fenix" OR signature ~ "OOM"');
    expect(query.kept).toEqual([
      ["date", ">=2026-11-22T00:00:00+00:00"],
      ["date", "<=2026-11-24T12:00:00+00:00"],
    ]);
  });

  it("points at what is wrong with a text, and keeps all else", async () => {
    const { query, error } = await searchPage(context, parameters("uptime=5&_query=prodct+%3D+1"), 1);
    expect(error).toContain("Column 1: unknown field 'prodct'");
    expect(query).toMatchObject({ text: "prodct = 1", problem: { column: 1 }, kept: [["uptime", "5"]] });
  });

  it("warns, and explains without the engine's query to somebody who may not see it", async () => {
    const { warnings, explanation } = await searchPage(context, parameters("version=^98&_tab=x&page=1"), 1);
    expect(warnings).toMatchObject([{ parameter: "version", suggestion: "_query=version+%5E+%2298%22" }]);
    expect(explanation).toMatchObject({
      engine: "duckdb",
      words: expect.stringContaining("version") as string,
    });
    expect(explanation).not.toHaveProperty("query");
  });

  it("filters by values as they are, and not by what has none", () => {
    expect(exactFilter("safe_mode", true)).toBe("__true__");
    expect(exactFilter("uptime", 5)).toBe("5");
    expect(exactFilter("signature", null)).toBeNull();
    expect(exactFilter("signature", "x".repeat(301))).toBeNull();
  });
});

it("the status names all parts, and the newest crashes", async () => {
  const status = await statusReport(open.services, CORPUS_NOW);
  expect(status).toMatchObject({ indexed: CORPUS.length, failed: { total: 0 }, lastHour: 1 });
  expect(status.parts.map(({ name }) => name)).toEqual([
    "Search",
    "Crash storage",
    "Queue",
    "Database",
    "Processor",
    "Stackwalker",
  ]);
  expect(status.newest).toHaveLength(5);
});

it("the status says that a queue is away, and still tells the rest", async () => {
  const queue = await openCrashQueue("amqp://127.0.0.1:1", "");
  const status = await statusReport({ ...open.services, queue }, CORPUS_NOW);
  expect(status.parts.find(({ name }) => name === "Queue")).toEqual({
    name: "Queue",
    driver: "rabbitmq",
    state: "does not answer",
    healthy: false,
  });
  expect(status.queues.standard.waiting).toBeNull();
  expect(status.indexed).toBe(CORPUS.length);
  await queue.close();
});

it("versions are ordered from the newest", () => {
  const versions = ["99.0", "100.0", "100.0b2", "100.0rc1", "100.0a1", "99.0.1", "100.0esr", "98.5"];
  expect(versions.sort(newestFirst)).toEqual([
    "100.0esr",
    "100.0",
    "100.0rc1",
    "100.0b2",
    "100.0a1",
    "99.0.1",
    "99.0",
    "98.5",
  ]);
});
