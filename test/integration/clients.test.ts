import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { CrashId } from "#lib/core/crash-id";
import { isSearchable, submit } from "#test/send-crash";
import { startFreshServer, type FreshServer } from "#test/server-process";

let server: FreshServer;
const ids: CrashId[] = [];
beforeAll(async () => {
  server = await startFreshServer();
  for (const [product, dump] of [
    ["Kestrel", "segfault"],
    ["Kestrel", "segfault"],
    ["Kestrel", "assert"],
    ["Wren", "assert"],
  ] as const)
    ids.push(
      await submit(server.url, { ProductName: product, Version: "130.0", ReleaseChannel: "beta" }, dump),
    );
  for (const id of ids) await vi.waitUntil(() => isSearchable(server.url, id), { timeout: 20_000 });
});
afterAll(async () => {
  await server.remove();
});

/** Runs a command of crashstats-tools in the data folder, and gives what it prints. */
async function tool(name: string, ...args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(
    resolve(".tools/python/bin", name),
    [`--host=${server.url}`, ...args],
    { cwd: server.dataDirectory },
  );
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
});
