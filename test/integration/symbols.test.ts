import { copyFile, mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join, resolve } from "node:path";
import { Readable } from "node:stream";
import { pino } from "pino";
import { Registry } from "prom-client";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { superSearchRoute } from "#lib/api/routes/super-search";
import { missingSymbolsRoute } from "#lib/api/routes/symbols";
import { uploadSymbolsRoute } from "#lib/api/routes/upload-symbols";
import { serve } from "#lib/api/route";
import { MAIN_DUMP, type ProcessedCrash } from "#lib/core/crash";
import { newCrashId, type CrashId } from "#lib/core/crash-id";
import type { JsonObject } from "#lib/core/json";
import { processorMetrics } from "#lib/monitoring/processor-metrics";
import { createIndexer } from "#lib/processor/indexer";
import { processingDirectory } from "#lib/processor/processing-directory";
import { startProcessor, type Processor } from "#lib/processor/processor";
import { missingSymbolsReport } from "#lib/reports/missing-symbols";
import { processedKeeper } from "#lib/server/keep-processed";
import { limitedBackoffExecutor } from "#lib/transaction/executor";
import { bodyOf, openApi, type TestApi } from "#test/api-harness";
import { crashStats } from "#test/crash-stats-command";
import { temporaryDataDirectory } from "#test/server-process";
import { zipFile } from "#test/zip-file";

const FIXTURES = "test/fixtures/crashes";
const ID = "A181284306CA50C172E3446A99F04D0A0";
const UPDATER_ID = "87F4D05135336DCE7E977EED8D3FA5E10";
const KESTREL = `${FIXTURES}/symbols/kestrel/${ID}/kestrel.sym`;
const UPDATER = `${FIXTURES}/symbols/kestrel-updater/${UPDATER_ID}/kestrel-updater.sym`;

let api: TestApi;
let processor: Processor;
let server: Server;
let url: string;
let token: string;
beforeAll(async () => {
  api = await openApi();
  const { services } = api;
  const { dataDirectory } = services.config;
  token = await api.tokenFor("upload_symbols");
  vi.stubEnv("CRASHSTATS_DATA_DIR", dataDirectory);
  await mkdir(join(processingDirectory(dataDirectory), String(process.ppid)), { recursive: true });
  const { run } = await import("#lib/processor/worker");
  processor = startProcessor({
    queue: services.queue,
    work: run,
    indexer: createIndexer(processedKeeper(services)),
    concurrency: 2,
    maxAttempts: 2,
    retryDelaySeconds: () => 0,
    onGivenUp: () => Promise.resolve(),
    execute: limitedBackoffExecutor({ delaysSeconds: [0, 0] }),
    metrics: processorMetrics(new Registry()),
    log: pino({ level: "silent" }),
  });
  server = createServer((request, response) => {
    const asked = new Request(`http://crash-stats.example${request.url ?? ""}`, {
      method: "POST",
      headers: request.headers as Record<string, string>,
      body: Readable.toWeb(request) as ReadableStream,
      duplex: "half",
    } as RequestInit);
    void serve(uploadSymbolsRoute)
      .POST(asked)
      .then(async (answer) => response.writeHead(answer.status).end(await answer.text()));
  }).listen(0, "127.0.0.1");
  await new Promise((listening) => server.once("listening", listening));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  await processor.stop();
  server.close();
  await api.close();
  vi.unstubAllEnvs();
});

const isIdle = async () =>
  Object.values(await api.services.queue.depths()).every(
    ({ waiting, taken }) => waiting === 0 && taken === 0,
  );
const processed = async (...dumps: readonly string[]): Promise<readonly CrashId[]> => {
  const ids = [];
  for (const dump of dumps) {
    const now = new Date();
    const id = newCrashId(now, crypto.randomUUID(), 0);
    const path = join(api.services.config.dataDirectory, `${id}.dmp`);
    await copyFile(`${FIXTURES}/${dump}.dmp`, path);
    const raw = { uuid: id, submitted_timestamp: now.toISOString(), ProductName: "Kestrel", Version: "1.0" };
    const file = { path, sizeBytes: (await stat(path)).size };
    await api.services.storage.saveRaw({ id, raw, dumps: new Map([[MAIN_DUMP, file]]) });
    ids.push(id);
  }
  await api.services.queue.publish(
    "standard",
    ids.map((id) => ({ id, ruleset: "default" })),
  );
  await expect.poll(isIdle, { timeout: 60_000 }).toBe(true);
  return ids;
};
const processedOf = (ids: readonly CrashId[]): Promise<readonly ProcessedCrash[]> =>
  Promise.all(ids.map((id) => api.services.storage.getUnredactedProcessed(id)));
const ledger = async (query = ""): Promise<readonly (readonly [unknown, unknown])[]> => {
  const { hits } = (await bodyOf(await api.call(missingSymbolsRoute, { query }))) as { hits: JsonObject[] };
  return hits.map(({ debug_file, crashes }) => [debug_file, crashes]);
};
const post = (...files: readonly (readonly [name: string, content: Uint8Array])[]) => {
  const form = new FormData();
  for (const [name, content] of files) form.append("file", new Blob([new Uint8Array(content)]), name);
  return fetch(url, { method: "POST", body: form, headers: { "Auth-Token": token } });
};

describe("symbols that are uploaded", () => {
  it("give the crashes that waited for them their functions, and leave all others alone", async () => {
    const waiting = await processed("segfault", "segfault", "assert");
    const others = await processed("rust-panic");
    for (const { signature } of await processedOf(waiting)) expect(signature).not.toContain("::");
    const before = await ledger();
    expect(before).toContainEqual(["kestrel", 3]);
    expect(before).toContainEqual(["kestrel-updater", 1]);
    expect(await ledger("product=Nothing")).toEqual([]);
    const { rows } = await missingSymbolsReport(
      api.services.database,
      { order: "crashes", product: "Kestrel" },
      { page: 1, now: new Date() },
    );
    const row = rows.find(({ debugFile }) => debugFile === "kestrel");
    expect(row).toMatchObject({ debugId: ID, crashes: 3, versions: ["1.0"] });
    const query = row?.crashesHref.split("?")[1] ?? "";
    expect(await bodyOf(await api.call(superSearchRoute, { query }))).toMatchObject({ total: 3 });

    const answer = await post(["any-name.sym", await readFile(KESTREL)]);
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({
      symbols: [
        {
          file: "any-name.sym",
          debug_file: "kestrel",
          debug_id: ID,
          os: "Linux",
          architecture: "x86_64",
          size: (await stat(KESTREL)).size,
        },
      ],
      skipped: [],
      queued: 3,
    });
    await expect.poll(isIdle, { timeout: 60_000 }).toBe(true);
    const after = await processedOf(waiting);
    for (const { signature, processor_history: history } of after) {
      expect(signature).toMatch(/kestrel::/);
      expect(history).toHaveLength(1);
    }
    expect((await processedOf(others)).map(({ processor_history: history }) => history)).toEqual([[]]);
    const names = (await ledger()).map(([name]) => name);
    expect(names).not.toContain("kestrel");
    expect(names).toContain("kestrel-updater");
  });

  it("are all refused when one of them is wrong, or the asker may not upload", async () => {
    const good = ["a.sym", await readFile(UPDATER)] as const;
    const refused = await post(good, ["b.sym", Buffer.from("no symbols")]);
    expect(refused.status).toBe(400);
    expect(await refused.text()).toContain("b.sym: its first line is");
    token = await api.tokenFor("view_pii");
    expect((await post(good)).status).toBe(403);
    token = await api.tokenFor("upload_symbols");
    const noForm = await fetch(url, { method: "POST", body: "x", headers: { "Auth-Token": token } });
    expect([noForm.status, await noForm.text()]).toEqual([
      400,
      '{"error":"Bad request: the body is no multipart form with files, or was cut off"}',
    ]);
    expect((await ledger()).map(([name]) => name)).toContain("kestrel-updater");
  });
});

describe("crash-stats upload-symbols", () => {
  const archive = async () => {
    const path = join(api.services.config.dataDirectory, "symbols.zip");
    await writeFile(path, zipFile([{ name: "bin/u.sym", content: await readFile(UPDATER) }]));
    return path;
  };

  it("sends archives to a server in the name of a token, and says what they serve", async () => {
    vi.stubEnv("CRASHSTATS_API_TOKEN", "");
    const denied = await crashStats("/nowhere", "upload-symbols", "--host", url, await archive());
    expect(denied).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("403") as string });
    vi.stubEnv("CRASHSTATS_API_TOKEN", token);
    expect(await crashStats("/nowhere", "upload-symbols", "--host", url, await archive())).toMatchObject({
      exitCode: 0,
      stdout: `bin/u.sym: serves kestrel-updater ${UPDATER_ID} (Linux x86_64)\n1 crashes are processed again\n`,
    });
    await expect.poll(isIdle, { timeout: 60_000 }).toBe(true);
    expect((await ledger()).map(([name]) => name)).not.toContain("kestrel-updater");
  });

  it("puts symbols into the data folder where no server runs", async () => {
    const data = await temporaryDataDirectory();
    const run = await crashStats(data.path, "upload-symbols", "--local", "--json", resolve(KESTREL));
    expect(run).toMatchObject({ exitCode: 0, stderr: "" });
    expect(JSON.parse(run.stdout)).toMatchObject({ symbols: [{ debug_file: "kestrel" }], queued: 0 });
    const stored = await readFile(join(data.path, `symbols/kestrel/${ID}/kestrel.sym`));
    expect(stored.equals(await readFile(KESTREL))).toBe(true);
    const missing = await crashStats(data.path, "upload-symbols", "--local", "/no/such.sym");
    expect(missing).toMatchObject({ exitCode: 1, stderr: "/no/such.sym cannot be read: ENOENT.\n" });
    await data.remove();
  });
});
