import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { inheritedEnvironment } from "#lib/config/config";
import type { CrashId } from "#lib/core/crash-id";
import { crashStats, createToken } from "#test/crash-stats-command";
import { isSearchable, submit } from "#test/send-crash";
import { startServerProcess, temporaryDataDirectory, type ServerProcess } from "#test/server-process";

let server: ServerProcess;
let token: string;
let remove: () => Promise<void>;
const ids: CrashId[] = [];
beforeAll(async () => {
  const data = await temporaryDataDirectory();
  token = await createToken(data.path);
  server = await startServerProcess(data.path);
  remove = async () => {
    await server.stop();
    await data.remove();
  };
  for (const [product, dump] of [
    ["Kestrel", "segfault"],
    ["Kestrel", "segfault"],
    ["Kestrel", "assert"],
    ["Wren", "assert"],
  ] as const)
    ids.push(
      await submit(
        server.url,
        { ProductName: product, Version: "130.0", ReleaseChannel: "beta", URL: "https://secret.example/" },
        dump,
      ),
    );
  for (const id of ids) await vi.waitUntil(() => isSearchable(server.url, id), { timeout: 20_000 });
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

async function run(name: string, args: readonly string[], variables: Readonly<Record<string, string>> = {}) {
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
    await vi.waitUntil(async () => (await processedAt()) !== before, { timeout: 20_000 });
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

describe("requests that were seen on the wire", () => {
  it.each([
    "SuperSearch/?product=Firefox&_facets_size=0&_columns=uuid&_sort=-date&_results_offset=0&_results_number=1",
    "SuperSearch/?_facets=product&date=%3E%3D2026-11-17+00%3A00%3A00&date=%3C2026-11-24+23%3A59%3A59&_results_number=0",
    "SuperSearch/?_result_number=0&_facets=signature&_facets_size=10000&_results_number=0",
    "SuperSearch/?_aggs.signature=cpu_arch&_aggs.signature=cpu_arch&_aggs.signature=_histogram.date",
    "SuperSearch/?_aggs.product.version=_cardinality.install_time&_facets=_cardinality.build_id&_histogram.uptime=product",
    "SuperSearch/?build_id=%3E%3D20260801000000&signature=%3DA&signature=%3DB&major_version=%3E%3D1",
    "SuperSearch/?modules_in_stack=xul.pdb%2F44E4EC8C2F41492B9369D6B9A059577C2&moz_crash_reason=__null__&startup_crash=__true__",
    "SuperSearch/?signature=!%5Eabort&signature=!~OOM&signature=!%24x&signature=%40a.*b",
    "Bugs/?signatures=a&signatures=b",
    "SignaturesByBugs/?bug_ids=1",
    "SignatureFirstDate/?signatures=a&signatures=b",
  ])("%s is answered", async (request) => {
    const answer = await fetch(`${server.url}/api/${request}`, { headers: { "Auth-Token": "" } });
    expect([answer.status, await answer.json()]).toEqual([200, expect.any(Object)]);
  });

  it("about one crash are answered, whatever else they say", async () => {
    const [crash = ""] = ids;
    for (const path of ["RawCrash", "ProcessedCrash"])
      for (const more of ["", "&format=meta", "&datatype=processed"])
        expect((await fetch(`${server.url}/api/${path}/?crash_id=${crash}${more}`)).status).toBe(200);
    const raw = await fetch(`${server.url}/api/RawCrash/?crash_id=${crash}`, {
      headers: { "Auth-Token": token },
    });
    expect(await raw.json()).toMatchObject({
      metadata: { dump_checksums: { upload_file_minidump: expect.any(String) as string } },
    });
    const query = await fetch(`${server.url}/api/SuperSearch/?_return_query=1`, {
      headers: { "Auth-Token": token },
    });
    expect(await query.json()).toHaveProperty("query");
  });
});

it("createtoken leaves the database of a running server alone, and says so in one line", async () => {
  const { exitCode, stdout, stderr } = await crashStats(server.dataDirectory, "createtoken", "a@example.com");
  expect([exitCode, stdout]).toEqual([1, ""]);
  expect(stderr).toMatch(/^CRASHSTATS_DATA_DIR: .* is in use by process \d+\. .*\n$/);
});
