import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { DuckDBInstance } from "@duckdb/node-api";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { newCrashId } from "#lib/core/crash-id";
import { annotationContract } from "#lib/search/annotation-conformance";
import { planOf, searchEngineContract } from "#lib/search/conformance";
import { CORPUS } from "#lib/search/corpus";
import { scanContract } from "#lib/search/scan-conformance";
import { openDuckdbEngine } from "./engine";

const BATCH = 50;

/** Indexes batches for ever, and after each says how many documents have been confirmed. */
const ENDLESS_WRITER = `
  const { openDuckdbEngine } = await import("#lib/search/duckdb/engine");
  const { newCrashId } = await import("#lib/core/crash-id");
  const engine = await openDuckdbEngine({ path: process.argv[1] });
  const date = "2026-11-24T10:00:00+00:00";
  for (let confirmed = ${BATCH}; ; confirmed += ${BATCH}) {
    const ids = Array.from({ length: ${BATCH} }, () => newCrashId(new Date(date), crypto.randomUUID(), 0));
    await engine.index(ids.map((uuid) => ({ uuid, date, signature: "written" })));
    console.log(confirmed);
  }
`;

searchEngineContract("duckdb", () => openDuckdbEngine({ path: ":memory:" }));
scanContract("duckdb", () => openDuckdbEngine({ path: ":memory:" }));
annotationContract("duckdb", () => openDuckdbEngine({ path: ":memory:" }));

describe("duckdb engine", () => {
  let directory: string;
  let path: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "duckdb-"));
    path = join(directory, "search.duckdb");
  });
  afterEach(() => rm(directory, { recursive: true }));

  it("still finds everything when opened again", async () => {
    const engine = await openDuckdbEngine({ path });
    await engine.index(CORPUS);
    await engine.close();
    const again = await openDuckdbEngine({ path });
    expect((await again.search(planOf(""))).total).toBe(6);
    await again.close();
  });

  it("gets the columns of fields that are newer than its file", async () => {
    const instance = await DuckDBInstance.create(path);
    const connection = await instance.connect();
    await connection.run('CREATE TABLE crashes ("uuid" VARCHAR, "date" TIMESTAMP)');
    connection.closeSync();
    instance.closeSync();
    const engine = await openDuckdbEngine({ path });
    await engine.index(CORPUS);
    expect((await engine.search(planOf("signature=oom"))).total).toBe(3);
    await engine.close();
  });

  it("has every document whose indexing was confirmed, and no half of a batch, after a kill -9", async () => {
    const writer = spawn(
      process.execPath,
      ["--import", "tsx", "--input-type=module", "-e", ENDLESS_WRITER, path],
      { stdio: ["ignore", "pipe", "inherit"] },
    );
    let confirmed = 0;
    for await (const line of createInterface({ input: writer.stdout })) {
      confirmed = Number(line);
      if (confirmed === 5 * BATCH) writer.kill("SIGKILL");
    }
    const engine = await openDuckdbEngine({ path });
    const found = (await engine.search(planOf("signature=written"))).total;
    expect(found).toBeGreaterThanOrEqual(confirmed);
    expect(found % BATCH).toBe(0);
    await engine.index(CORPUS);
    expect((await engine.search(planOf("signature=oom"))).total).toBe(3);
    await engine.close();
  });

  it("refuses a file that another process has, naming the process and the setting", async () => {
    const program = `const { DuckDBInstance } = await import("@duckdb/node-api"); await DuckDBInstance.create(process.argv[1]); console.log("open"); setInterval(() => {}, 1000)`;
    const other = spawn(process.execPath, ["--input-type=module", "-e", program, path], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    await once(other.stdout, "data");
    await expect(openDuckdbEngine({ path })).rejects.toMatchObject({
      code: "bad_setting",
      message: expect.stringContaining(`process ${other.pid}`) as string,
    });
    other.kill("SIGKILL");
    await once(other, "exit");
  });

  it("scans what was there when it began, in many batches, while more is written", async () => {
    const engine = await openDuckdbEngine({ path });
    const date = "2026-11-24T10:00:00+00:00";
    const documents = (count: number) =>
      Array.from({ length: count }, () => {
        return { uuid: newCrashId(new Date(date), crypto.randomUUID(), 0), date, signature: "s" };
      });
    await engine.index(documents(6_000));
    const seen = new Set<unknown>();
    let batches = 0;
    for await (const batch of engine.scan(planOf("_columns=uuid"))) {
      if (batches === 0) await engine.index(documents(100));
      batches += 1;
      for (const { uuid } of batch) seen.add(uuid);
    }
    expect(seen.size).toBe(6_000);
    expect(batches).toBeGreaterThan(1);
    expect(await engine.count()).toBe(6_100);
    await engine.close();
  });

  it("searches while it writes", async () => {
    const engine = await openDuckdbEngine({ path });
    await engine.index(CORPUS);
    const writes = Array.from({ length: 20 }, () => engine.index(CORPUS));
    const totals = await Promise.all(
      Array.from({ length: 20 }, async () => (await engine.search(planOf(""))).total),
    );
    await Promise.all(writes);
    expect(new Set(totals)).toEqual(new Set([6]));
    await engine.close();
  });
});
