import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, inject, it, vi } from "vitest";
import { inheritedEnvironment } from "#lib/config/config";
import type { CrashId } from "#lib/core/crash-id";
import type { Bucket, SearchResult } from "#lib/search/result";
import { crashStats, createToken } from "#test/crash-stats-command";
import { ownIndexTemplate, removeIndices } from "#test/elasticsearch-index";
import { isSearchable, submit } from "#test/send-crash";
import {
  startFreshServer,
  startServerProcess,
  temporaryDataDirectory,
  type ServerProcess,
} from "#test/server-process";

type Query = Readonly<Record<string, string | readonly string[]>>;

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

const elasticsearchUrl = inject("elasticsearchUrl");
const elasticsearchIndex = ownIndexTemplate();
const ENGINES: readonly (readonly [engine: string, settings: Readonly<Record<string, string>>])[] = [
  ["the embedded engine", {}],
  ["Elasticsearch", { ELASTICSEARCH_URL: elasticsearchUrl, ELASTICSEARCH_INDEX: elasticsearchIndex }],
];

const ANNOTATIONS = {
  Version: "130.0",
  ReleaseChannel: "beta",
  BuildID: "20260902000000",
  URL: "https://secret.example/",
};

/** What one search of a bot counts of each signature. */
const BOT_AGGREGATIONS = [
  "release_channel",
  "build_id",
  "version",
  "product",
  "platform_version",
  "platform_pretty_version",
  "cpu_arch",
  "process_type",
  "reason",
  "address",
  "moz_crash_reason",
  "startup_crash",
  "cpu_microcode_version",
  "is_garbage_collecting",
  "possible_bit_flips_max_confidence",
];

describe.each(ENGINES)("with %s", (_engine, settings) => {
  let server: ServerProcess;
  let token: string;
  let remove: () => Promise<void>;
  const ids: CrashId[] = [];
  beforeAll(async () => {
    const data = await temporaryDataDirectory();
    token = await createToken(data.path);
    server = await startServerProcess(data.path, settings);
    remove = async () => {
      await server.stop();
      await data.remove();
      await removeIndices(elasticsearchUrl, elasticsearchIndex);
    };
    for (const [product, dump, more] of [
      ["Kestrel", "segfault", { InstallTime: "1790000000", StartupCrash: "1" }],
      ["Kestrel", "segfault", { InstallTime: "1790000001", StartupCrash: "0" }],
      ["Kestrel", "assert", { InstallTime: "1790000001", StartupCrash: "0" }],
      ["Wren", "assert", { InstallTime: "1790000002", StartupCrash: "0" }],
    ] as const)
      ids.push(await submit(server.url, { ...ANNOTATIONS, ProductName: product, ...more }, dump));
    for (const id of ids) await vi.waitUntil(() => isSearchable(server.url, id), { timeout: 60_000 });
  });
  afterAll(async () => {
    await remove();
  });

  /** Runs a command of crashstats-tools in the data folder, and gives what it prints. */
  const tool = (name: string, ...args: readonly string[]) =>
    run(name, [`--host=${server.url}`, ...args], { CRASHSTATS_API_TOKEN: "" });
  /** The same with a token. */
  const toolWithToken = (name: string, ...args: readonly string[]) =>
    run(name, [`--host=${server.url}`, ...args], { CRASHSTATS_API_TOKEN: token });

  async function run(
    name: string,
    args: readonly string[],
    variables: Readonly<Record<string, string>> = {},
  ) {
    const { stdout } = await promisify(execFile)(resolve(".tools/python/bin", name), args, {
      cwd: server.dataDirectory,
      env: { ...inheritedEnvironment(), NODE_ENV: "production", ...variables },
    });
    return stdout;
  }

  const lines = (text: string) =>
    text
      .trim()
      .split(/\r?\n/)
      .map((line) => line.split("\t"));

  describe("crashstats-tools", () => {
    it("supersearch prints the crashes that fit", async () => {
      const found = lines(
        await tool("supersearch", "--product=Kestrel", "--_columns=uuid", "--_columns=signature"),
      );
      expect(found.map(([id]) => id).sort()).toEqual(ids.slice(0, 3).sort());
      expect(new Set(found.map(([, signature]) => signature)).size).toBe(2);
      expect(await tool("supersearch", "--product=Nothing")).toBe("");
    });

    it("supersearch reads on, page after page", async () => {
      const found = lines(await tool("supersearch", "--num=3", "--_columns=uuid", "--_sort=-date"));
      expect(found).toEqual(
        ids
          .slice(1)
          .reverse()
          .map((id) => [id]),
      );
    });

    it("supersearchfacet prints counts of a facet", async () => {
      const found = await tool("supersearchfacet", "--_facets=product", "--_facets_size=10", "--format=csv");
      expect(found.split(/\r?\n/)).toEqual(
        expect.arrayContaining(["product,count", "Kestrel,3", "Wren,1", "total,4"]),
      );
    });

    it("supersearchfacet prints nested aggregations, cardinalities and histograms", async () => {
      expect(await tool("supersearchfacet", "--_aggs.product=release_channel", "--format=json")).toContain(
        "beta",
      );
      expect(await tool("supersearchfacet", "--_facets=_cardinality.signature", "--format=csv")).toMatch(
        /\b2\b/,
      );
      expect(
        await tool("supersearchfacet", "--_histogram.date=product", "--relative-range=1d", "--format=csv"),
      ).toMatch(/3,1|1,3/);
    });

    it("fetch-data saves raw and processed crashes", async () => {
      const [id = ""] = ids;
      await tool("fetch-data", "--raw", "--processed", "fetched", id);
      const day = `20${id.slice(-6)}`;
      const json = async (path: string) =>
        JSON.parse(await readFile(join(server.dataDirectory, "fetched", path), "utf8")) as unknown;
      expect(await json(`raw_crash/${day}/${id}`)).toMatchObject({ ProductName: "Kestrel", uuid: id });
      expect(await json(`processed_crash/${id}`)).toMatchObject({
        product: "Kestrel",
        signature: expect.stringContaining("Cache") as string,
      });
    });

    it("fetch-data is told that a crash is not there", async () => {
      const missing = "00000000-0000-4000-8000-000000261120";
      await expect(tool("fetch-data", "--raw", "fetched", missing)).rejects.toThrow("404 Client Error");
    });

    it("fetch-data saves dumps and protected annotations with a token, and neither without one", async () => {
      const [id = ""] = ids;
      const day = `20${id.slice(-6)}`;
      await toolWithToken("fetch-data", "--raw", "--dumps", "with-token", id);
      const raw = await readFile(join(server.dataDirectory, `with-token/raw_crash/${day}/${id}`), "utf8");
      expect(JSON.parse(raw)).toMatchObject({ URL: "https://secret.example/" });
      const dump = await readFile(join(server.dataDirectory, `with-token/upload_file_minidump/${id}`));
      expect(dump).toEqual(await readFile("test/fixtures/crashes/segfault.dmp"));
      await expect(tool("fetch-data", "--dumps", "without-token", id)).rejects.toThrow();
    });

    it("reprocess has crashes processed again with a token", async () => {
      const [id = ""] = ids;
      const processedAt = async () => {
        const answer = await fetch(`${server.url}/api/ProcessedCrash/?crash_id=${id}`);
        return ((await answer.json()) as { completed_datetime: string }).completed_datetime;
      };
      const before = await processedAt();
      await toolWithToken("reprocess", "--allow-many", id, ids[1] ?? "");
      await vi.waitUntil(async () => (await processedAt()) !== before, { timeout: 60_000 });
      await expect(tool("reprocess", id)).rejects.toThrow();
    });
  });

  it("libmozdata gets what Mozilla's bots ask for", async () => {
    const [id = ""] = ids;
    const answer = await fetch(`${server.url}/api/ProcessedCrash/?crash_id=${id}`);
    const { signature } = (await answer.json()) as { signature: string };
    const settings = `[Socorro]\nURL=${server.url}\ntoken=${token}\n[User-Agent]\nname=tests\n`;
    await writeFile(join(server.dataDirectory, "mozdata.ini"), settings);
    const script = resolve("test/clients/ask_with_libmozdata.py");
    expect(JSON.parse(await run("python", [script, id, signature]))).toMatchObject({
      search: {
        total: 2,
        hits: [{ uuid: expect.any(String) as string, signature }],
        facets: {
          product: [{ term: "Kestrel", facets: { version: [{ facets: { cardinality_install_time: {} } }] } }],
          histogram_date: [{ term: expect.stringMatching(/T00:00:00\+00:00$/) as string }],
          cardinality_build_id: { value: expect.any(Number) as number },
        },
      },
      unredacted: { total: 4, facets: { url: [{ term: "https://secret.example/", count: 4 }] } },
      processed: { [id]: { uuid: id, url: "https://secret.example/" } },
      bugs: { [signature]: [] },
      first: [{ signature, first_date: expect.stringMatching(/\+00:00$/) as string }],
    });
  });

  /** Asks the API with a token or without, and expects JSON. */
  async function ask(path: string, query: Query = {}, withToken = false): Promise<Answer> {
    const parameters = new URLSearchParams(
      Object.entries(query).flatMap(([name, values]) => [values].flat().map((value) => [name, value])),
    );
    const headers = withToken ? { "Auth-Token": token } : {};
    const answer = await fetch(`${server.url}/api/${path}/?${parameters}`, { headers });
    return { status: answer.status, body: await answer.json() };
  }

  /** Asks Super Search, which is to answer. */
  async function search(query: Query): Promise<SearchResult> {
    const { status, body } = await ask("SuperSearch", query);
    expect([status, body]).toEqual([200, expect.any(Object)]);
    return body as SearchResult;
  }

  const termsOf = (found: SearchResult["facets"][string] | undefined) =>
    Array.isArray(found) ? (found as readonly Bucket[]) : [];
  const countsOf = (found: SearchResult["facets"][string] | undefined) =>
    Object.fromEntries(termsOf(found).map(({ term, count }) => [term, count]));

  describe("requests that were seen on the wire", () => {
    it("a page of crash ids, as supersearch asks", async () => {
      const page = (offset: string) =>
        search({
          product: "Kestrel",
          _facets_size: "0",
          _columns: "uuid",
          _sort: "-date",
          _results_offset: offset,
          _results_number: "1",
        });
      expect(await page("0")).toMatchObject({ hits: [{ uuid: ids[2] }], total: 3, facets: {} });
      expect((await page("2")).hits).toEqual([{ uuid: ids[0] }]);
      expect(await page("3")).toMatchObject({ hits: [], total: 3 });
    });

    it("counts of a facet between dates with a space, as supersearchfacet asks", async () => {
      const day = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
      const { hits, facets } = await search({
        _facets: "product",
        date: [`>=${day(-6)} 00:00:00`, `<${day(1)} 23:59:59`],
        _results_number: "0",
      });
      expect([hits, countsOf(facets.product)]).toEqual([[], { Kestrel: 3, Wren: 1 }]);
    });

    it.each(["RawCrash", "ProcessedCrash"])("%s of one crash, whatever else is said", async (path) => {
      const [crash_id = ""] = ids;
      const bodies = [{}, { format: "meta" }, { format: "meta", datatype: "processed" }].map(
        async (more) => (await ask(path, { crash_id, ...more })).body,
      );
      for (const body of await Promise.all(bodies)) expect(body).toMatchObject({ uuid: crash_id });
    });

    it("the main dump, by the name dump, with a token", async () => {
      const url = `${server.url}/api/RawCrash/?crash_id=${ids[0]}&format=raw&name=dump`;
      const answer = await fetch(url, { headers: { "Auth-Token": token } });
      expect(Buffer.from(await answer.arrayBuffer())).toEqual(
        await readFile("test/fixtures/crashes/segfault.dmp"),
      );
      expect((await fetch(url)).status).toBe(403);
    });

    it("fifty crashes to be processed again, by a form, with the ruleset behind an id", async () => {
      const fifty = Array.from({ length: 50 }, () => `${ids[3]}:regenerate_signature`);
      const body = new URLSearchParams(fifty.map((id) => ["crash_ids", id]));
      const headers = { "Auth-Token": token };
      const answer = await fetch(`${server.url}/api/Reprocessing/`, { method: "POST", headers, body });
      expect([answer.status, await answer.json()]).toEqual([200, null]);
    });

    it.each([
      ["Bugs", { signatures: ["a", "b"] }],
      ["SignaturesByBugs", { bug_ids: ["1", "2"] }],
      ["SignatureFirstDate", { signatures: ["a", "b"] }],
    ])("%s of many", async (path, query) => {
      expect(await ask(path, query)).toEqual({ status: 200, body: { hits: [], total: 0 } });
    });
  });

  describe("what clients rely on", () => {
    it("nested facets, cardinalities, days and booleans have their form", async () => {
      const { hits, total, facets, errors } = await search({
        _facets: ["_cardinality.build_id", "startup_crash"],
        "_aggs.product.version": "_cardinality.install_time",
        "_histogram.date": "product",
        "_histogram.uptime": "product",
      });
      expect([hits.length, total, errors]).toEqual([4, 4, expect.any(Array)]);
      expect(facets).toMatchObject({
        cardinality_build_id: { value: 1 },
        histogram_uptime: expect.any(Array) as unknown,
      });
      expect(countsOf(facets.startup_crash)).toEqual({ T: 1, F: 3 });
      expect(termsOf(facets.product)[0]).toMatchObject({
        term: "Kestrel",
        count: 3,
        facets: { version: [{ term: "130.0", facets: { cardinality_install_time: { value: 2 } } }] },
      });
      for (const { term } of termsOf(facets.histogram_date)) expect(term).toMatch(/T00:00:00\+00:00$/);
    });

    it("unknown parameters are passed over", async () => {
      expect(await search({ _result_number: "0", nonsense: "1" })).toMatchObject({ total: 4 });
    });

    it("pages of a thousand end with an empty one", async () => {
      const page = (offset: string) => search({ _results_number: "1000", _results_offset: offset });
      expect((await page("0")).hits).toHaveLength(4);
      expect(await page("1000")).toMatchObject({ hits: [], total: 4 });
    });

    it("a facet may have ten thousand values, and an aggregation may be asked for twice", async () => {
      const { facets } = await search({
        "_aggs.signature": ["cpu_arch", "cpu_arch", "_histogram.date", "_cardinality.install_time"],
        _facets: "signature",
        _facets_size: "10000",
        _results_number: "0",
      });
      const [most] = termsOf(facets.signature);
      expect(most).toMatchObject({ count: 2, facets: { cardinality_install_time: { value: 2 } } });
      expect(countsOf(most?.facets?.cpu_arch)).toEqual({ amd64: 2 });
    });

    it.each<[number, Query]>([
      [4, { version: "130.0", release_channel: "beta" }],
      [3, { product: "Kestrel" }],
      [2, { signature: "~Cache" }],
      [2, { signature: "!~Cache" }],
      [2, { signature: ["^kestrel::net::Cache", "$nothing"] }],
      [2, { signature: "!$find" }],
      [2, { signature: "@kes.*Cache.*" }],
      [2, { signature: "!^kestrel::net::Cache" }],
      [4, { moz_crash_reason: "__null__" }],
      [0, { moz_crash_reason: "!__null__" }],
      [1, { startup_crash: "__true__" }],
      [3, { startup_crash: "!__true__" }],
      [4, { build_id: ">=20260801000000" }],
      [0, { build_id: "<20260801000000" }],
      [0, { signature: ["=A", "=B"] }],
      [4, { major_version: ">=130" }],
      [0, { major_version: ">=131" }],
      [0, { modules_in_stack: "xul.pdb/44E4EC8C2F41492B9369D6B9A059577C2" }],
    ])("%i crashes fit %j", async (total, query) => {
      expect(await search({ ...query, _results_number: "0" })).toMatchObject({ total });
    });

    it("the module of a frame is found by its name and debug id", async () => {
      const { hits } = await search({ _columns: ["uuid", "modules_in_stack"] });
      for (const { uuid, modules_in_stack: modules } of hits) {
        const [first = ""] = JSON.stringify([modules].flat()[0]).slice(1, -1).split(";");
        expect(first).toMatch(/\/[0-9a-f]+$/);
        const found = await search({ modules_in_stack: `^${first}`, _columns: "uuid" });
        expect(found.hits).toContainEqual({ uuid });
      }
    });

    it("the engine's query is for those who may see it, and errors are JSON", async () => {
      expect((await ask("SuperSearch", { _return_query: "1" }, true)).body).toHaveProperty("query");
      const refused = { error: expect.any(String) as string };
      expect(await ask("SuperSearch", { _return_query: "1" })).toEqual({ status: 403, body: refused });
      expect(await ask("SuperSearch", { date: "yesterday" })).toEqual({ status: 400, body: refused });
      expect(await ask("SuperSearchUnredacted")).toEqual({ status: 403, body: refused });
      const badToken = await fetch(`${server.url}/api/SuperSearch/`, { headers: { "Auth-Token": "wrong" } });
      expect([badToken.status, await badToken.json()]).toEqual([403, refused]);
    });

    it("a raw crash tells the checksums of its dumps", async () => {
      expect((await ask("RawCrash", { crash_id: ids[0] ?? "" }, true)).body).toMatchObject({
        metadata: {
          dump_checksums: { upload_file_minidump: expect.stringMatching(/^[0-9a-f]{64}$/) as string },
        },
      });
    });

    it("signatures have a first build and a first date with an offset", async () => {
      const { facets } = await search({});
      const signatures = termsOf(facets.signature).map(({ term }) => String(term));
      const { body } = await ask("SignatureFirstDate", { signatures });
      const date = expect.stringMatching(/T.*\+00:00$/) as string;
      expect((body as { hits: unknown }).hits).toEqual(
        expect.arrayContaining(
          signatures.map((signature) => ({ signature, first_build: "20260902000000", first_date: date })),
        ),
      );
    });

    it("every origin may read the API", async () => {
      const answer = await fetch(`${server.url}/api/SuperSearch/`, {
        headers: { Origin: "https://a.example" },
      });
      expect(answer.headers.get("access-control-allow-origin")).toBe("*");
    });

    it("crash ids may be given with bp- and as addresses of reports", async () => {
      const [id = ""] = ids;
      for (const given of [`bp-${id}`, `https://crash-stats.mozilla.org/report/index/${id}`])
        expect(await tool("fetch-data", "--raw", "given", given)).toContain(id);
    });

    it("the heaviest searches of a bot are answered", async () => {
      const selection = await search({
        _facets_size: "10000",
        _results_number: "0",
        "_aggs.signature": [
          "moz_crash_reason",
          "reason",
          "process_type",
          "startup_crash",
          "_histogram.date",
          "_cardinality.install_time",
          "_cardinality.oom_allocation_size",
        ],
        _facets: "signature",
        moz_crash_reason: ["__null__"],
        mac_crash_info: "__null__",
      });
      const signatures = termsOf(selection.facets.signature).map(({ term }) => String(term));
      expect(signatures).toHaveLength(2);
      const details = await search({
        signature: signatures.map((signature) => `=${signature}`),
        _facets_size: "10000",
        _results_number: "0",
        "_aggs.signature": [...BOT_AGGREGATIONS, "cpu_arch"],
      });
      expect(details.total).toBe(4);
      for (const { facets } of termsOf(details.facets.signature)) {
        expect(Object.keys(facets ?? {})).toHaveLength(BOT_AGGREGATIONS.length);
      }
    });
  });
});

it("createtoken leaves the database of a running server alone, and says so in one line", async () => {
  const embedded = await startFreshServer();
  try {
    const { exitCode, stdout, stderr } = await crashStats(
      embedded.dataDirectory,
      "createtoken",
      "a@example.com",
    );
    expect([exitCode, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(/^CRASHSTATS_DATA_DIR: .* is in use by process \d+\. .*\n$/);
  } finally {
    await embedded.remove();
  }
});
