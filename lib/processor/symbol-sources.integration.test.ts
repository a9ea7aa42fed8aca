import { once } from "node:events";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { jsonAt, type JsonObject } from "#lib/core/json";
import { createStackwalk, type Stackwalk, type StackwalkOptions } from "./stackwalk";

const FIXTURES = "test/fixtures/crashes";
const KESTREL = "kestrel/A181284306CA50C172E3446A99F04D0A0/kestrel.sym";
const UPDATER = "kestrel-updater/87F4D05135336DCE7E977EED8D3FA5E10/kestrel-updater.sym";
const REPORTER =
  "libkestrel_crashreporter.so/502303EBE201D650CEFE9B52A9C2C66B0/libkestrel_crashreporter.so.sym";
const LIBC = "libc.so.6/EC61AC938E5A39B16F9FBD350E3169A50/libc.so.6.sym";

let directory: string;
let server: Server;
let url: string;
let asked: string[];
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "symbol-sources-"));
  await start(serveSymbols);
});
afterEach(async () => {
  await stop();
  await rm(directory, { recursive: true });
});

const serveSymbols: RequestListener = (request, response) => {
  const path = decodeURIComponent(new URL(request.url ?? "/", url).pathname);
  asked.push(path.slice(1));
  readFile(join(FIXTURES, "symbols", path)).then(
    (content) => response.end(content),
    () => response.writeHead(404).end(),
  );
};
async function start(listener: RequestListener): Promise<void> {
  asked = [];
  server = createServer(listener).listen(0, "127.0.0.1");
  await once(server, "listening");
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}
async function stop(): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}

const cache = () => join(directory, "cache");
const walker = (options: Partial<StackwalkOptions> = {}): Stackwalk =>
  createStackwalk({
    command: "minidump-stackwalk",
    timeoutSeconds: 60,
    memoryBytes: 4 * 2 ** 30,
    maxOutputBytes: 2 ** 27,
    symbolPaths: [],
    symbolUrls: [url],
    symbolCacheDirectory: cache(),
    symbolCacheBytes: 2 ** 30,
    ...options,
  });
let runs = 0;
const walk = async (stackwalk: Stackwalk, name: string) => {
  const own = join(directory, `crash-${++runs}`);
  await mkdir(own);
  const annotations = join(own, "annotations.json");
  await writeFile(annotations, "{}");
  const path = join(FIXTURES, `${name}.dmp`);
  const result = await stackwalk.walk({ path, sizeBytes: (await stat(path)).size }, annotations, own);
  const left = (await readdir(own, { recursive: true })).filter((entry) => entry.startsWith("symbols/"));
  await rm(own, { recursive: true });
  return { ...result, left };
};
const functionOf = ({ json_dump }: { readonly json_dump: JsonObject | null }) =>
  (jsonAt(json_dump ?? {}, "crashing_thread.frames") as readonly JsonObject[])[0]?.function;
const cached = async () => {
  const entries = await readdir(cache(), { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return files.map((path) => path.slice(cache().length + 1)).sort();
};
const cachedBytes = async () => {
  const sizes = (await cached()).map(async (path) => (await stat(join(cache(), path))).size);
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
};
const sizeOf = async (path: string) => (await stat(join(FIXTURES, "symbols", path))).size;
const age = async (path: string, hours: number) => {
  const time = new Date(Date.now() - hours * 3_600_000);
  await utimes(join(cache(), path), time, time);
};

describe("symbols", () => {
  it("come from folders first, then from servers in their order, and are then there without a server", async () => {
    const second = url;
    const first = createServer((request, response) => {
      asked.push(`first:${request.url?.split("?")[0] ?? ""}`);
      response.writeHead(404).end();
    }).listen(0, "127.0.0.1");
    await once(first, "listening");
    const firstUrl = `http://127.0.0.1:${(first.address() as AddressInfo).port}/`;
    await mkdir(join(directory, "own", dirname(LIBC)), { recursive: true });
    await writeFile(join(directory, "own", LIBC), await readFile(join(FIXTURES, "symbols", LIBC)));
    const options = { symbolPaths: [join(directory, "own")], symbolUrls: [firstUrl, second] };
    expect(functionOf(await walk(walker(options), "segfault"))).toMatch(/^kestrel::net::Loader::load/);
    first.close();
    expect(asked.filter((path) => path.includes("libc.so"))).toEqual([]);
    expect(asked.filter((path) => path.endsWith(KESTREL))).toEqual([`first:/${KESTREL}`, KESTREL]);
    await stop();
    expect(functionOf(await walk(walker(), "segfault"))).toMatch(/^kestrel::net::Loader::load/);
    await start(serveSymbols);
  });

  it("without a server in the settings are asked of nobody", async () => {
    const result = await walk(walker({ symbolUrls: [] }), "segfault");
    expect([functionOf(result), asked]).toEqual([null, []]);
  });
});

describe("the cache of symbols", () => {
  it("makes room by the last use, not by the time of arrival, and leaves no empty folders", async () => {
    const symbolCacheBytes = (await sizeOf(UPDATER)) + (await sizeOf(LIBC)) + (await sizeOf(REPORTER)) + 2000;
    await walk(walker(), "segfault");
    expect(await cached()).toEqual([KESTREL, LIBC]);
    await age(KESTREL, 2);
    await age(LIBC, 3);
    await walk(walker({ symbolCacheBytes }), "rust-panic");
    expect(await cached()).toEqual([UPDATER, LIBC, REPORTER]);
    expect(await readdir(cache())).toEqual([UPDATER, LIBC, REPORTER].map((path) => path.split("/")[0]));
  });

  it("stays in its limit while many workers use it, and none of them loses symbols by that", async () => {
    const symbolCacheBytes = (await sizeOf(UPDATER)) + 1000;
    const names = ["segfault", "rust-panic", "thread"];
    const workers = Array.from({ length: 6 }, async (_, worker) => {
      const stackwalk = walker({ symbolCacheBytes });
      for (let round = 0; round < 4; round += 1) {
        const index = (worker + round) % names.length;
        const result = await walk(stackwalk, names[index] ?? "");
        const modules = result.json_dump?.modules as readonly JsonObject[];
        const blind = modules.filter(({ missing_symbols }) => missing_symbols === true);
        expect(blind.map(({ filename }) => filename)).not.toContain("kestrel");
        expect(blind.map(({ filename }) => filename)).not.toContain("kestrel-updater");
        if (index === 0) expect(functionOf(result)).toMatch(/^kestrel::net/);
        expect(result.left).toEqual([]);
      }
    });
    await Promise.all(workers);
    expect(await cachedBytes()).toBeLessThanOrEqual(symbolCacheBytes);
    expect(await cached()).not.toEqual([]);
  });

  it("is brought into a limit that was lowered, also when nothing new is fetched", async () => {
    await walk(walker(), "rust-panic");
    await walk(walker(), "segfault");
    await Promise.all((await cached()).map((path) => age(path, 1)));
    await walk(
      walker({ symbolCacheBytes: (await sizeOf(KESTREL)) + (await sizeOf(LIBC)) + 2000 }),
      "segfault",
    );
    expect(await cached()).toEqual([KESTREL, LIBC]);
  });

  it("does not keep a file that is larger than all it may hold, which is used all the same", async () => {
    const symbolCacheBytes = (await sizeOf(LIBC)) + 1000;
    const result = await walk(walker({ symbolCacheBytes }), "segfault");
    expect(functionOf(result)).toMatch(/^kestrel::net::Loader::load/);
    expect(result.success).toBe(true);
    expect(await cached()).toEqual([LIBC]);
  });
});

describe("a download that breaks off", () => {
  it("is not in the cache, whether the server or the stackwalker ended it, and is fetched anew", async () => {
    const content = await readFile(join(FIXTURES, "symbols", KESTREL));
    let isToHang = false;
    await stop();
    await start((request, response) => {
      if (!request.url?.includes(KESTREL)) return void response.writeHead(404).end();
      response.writeHead(200, { "Content-Length": content.length });
      response.write(content.subarray(0, content.length / 2), () => {
        if (!isToHang) response.destroy();
      });
    });
    const cut = await walk(walker(), "segfault");
    expect(cut.success).toBe(true);
    expect(functionOf(cut)).toBeNull();
    expect([await cached(), cut.left]).toEqual([[], []]);
    isToHang = true;
    const killed = await walk(walker({ timeoutSeconds: 2 }), "segfault");
    expect(killed).toMatchObject({ mdsw_return_code: -9, success: false, json_dump: null });
    expect(await cached()).toEqual([]);
    // What the kill has left is in the folder of that crash, which is removed with it.
    expect(killed.left).toHaveLength(1);
    await stop();
    await start(serveSymbols);
    expect(functionOf(await walk(walker(), "segfault"))).toMatch(/^kestrel::net::Loader::load/);
    expect(await cached()).toContain(KESTREL);
  });
});
