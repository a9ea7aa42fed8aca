import { randomBytes } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { buffer } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { freePort } from "#test/services/service-process";
import { createScratchDatabase, type ScratchDatabase } from "#test/services/scratch-database";
import { MAIN_DUMP, type CrashReport, type Dumps, type ProcessedCrash } from "#lib/core/crash";
import type { CrashId } from "#lib/core/crash-id";
import { crashStorageContract, sampleId } from "#lib/crashstorage/conformance";
import { crashStorageFaults } from "#lib/crashstorage/fault-conformance";
import { openCrashStorage } from "#lib/crashstorage/registry";
import { plainConnections } from "#lib/postgresql/connection-context";
import { executeQueryFetchall, singleRowSql, singleValueSql } from "#lib/postgresql/queries";

let scratch: ScratchDatabase;
let directory: string;
beforeAll(async () => {
  scratch = await createScratchDatabase(inject("databaseUrl"));
  directory = await mkdtemp(join(tmpdir(), "postgresql-"));
});
afterAll(async () => {
  await rm(directory, { recursive: true });
  await scratch.drop();
});

const open = (options: string, databaseUrl = scratch.url) =>
  openCrashStorage(`postgresql(${options})`, { dataDirectory: "/nowhere", databaseUrl });
const schemaOf = (path: string) => basename(dirname(path)).toLowerCase().replaceAll("-", "_");
const admin = () => plainConnections({ url: scratch.url, setting: "DATABASE_URL" });
const ask = (sql: string, values: readonly unknown[] = []) =>
  admin().use((connection) => executeQueryFetchall(connection, sql, values));
const row = (sql: string, values: readonly unknown[] = []) =>
  admin().use((connection) => singleRowSql(connection, sql, values));
const value = (sql: string, values: readonly unknown[] = []) =>
  admin().use((connection) => singleValueSql(connection, sql, values));

crashStorageContract("postgresql", (path) => open(`dumps=yes, schema=${schemaOf(path)}`));
crashStorageContract(
  "postgresql, no dumps",
  (path) => open(`schema=${schemaOf(path)}`),
  new Set(["raw", "processed"]),
);
crashStorageFaults("postgresql", {
  port: () => Number(new URL(scratch.url).port),
  open(port, path) {
    const url = new URL(scratch.url);
    url.port = String(port);
    return open(`dumps=yes, schema=${schemaOf(path)}`, url.href);
  },
});

const raw = (id: CrashId, dumps: Dumps = new Map(), more = {}): CrashReport => ({
  id,
  raw: { ...more, uuid: id, submitted_timestamp: "x" },
  dumps,
});
const dumpOf = async (content: Uint8Array): Promise<Dumps> => {
  const path = join(directory, crypto.randomUUID());
  await writeFile(path, content);
  return new Map([[MAIN_DUMP, { path, sizeBytes: content.length }]]);
};
/** A crash of Sunday, 22 November 2026, whose week began on the 16th. */
const sunday = () => `${sampleId().slice(0, -6)}261122` as CrashId;
const monday = () => `${sampleId().slice(0, -6)}261123` as CrashId;
const processed = (id: CrashId, more = {}): ProcessedCrash => ({
  uuid: id,
  signature: "a::b",
  date_processed: "2026-11-22T01:02:03.456789+00:00",
  ...more,
});

describe("postgresql", () => {
  it("has a table of each kind for each week, by its Monday, and one over all weeks", async () => {
    const storage = await open("dumps=yes, schema=weeks");
    const [first, second] = [sunday(), monday()];
    await storage.saveRaw(raw(first, await dumpOf(Uint8Array.of(1)), { ProductName: "Kestrel" }));
    await storage.saveProcessed(processed(second));
    const tables = await ask("SELECT tablename FROM pg_tables WHERE schemaname = 'weeks' ORDER BY 1");
    expect(tables.map(({ tablename }) => tablename)).toEqual(
      [
        "plugins",
        ...["raw_crashes", "processed_crashes", "reports", "plugins_reports", "dumps", "dump_parts"].flatMap(
          (name) => [name, `${name}_20261116`, `${name}_20261123`],
        ),
      ].sort(),
    );
    const product = "SELECT raw_crash->>'ProductName' FROM weeks.raw_crashes_20261116 WHERE uuid = $1";
    expect(await value(product, [first])).toBe("Kestrel");
    expect(await row("SELECT week::text, uuid FROM weeks.reports")).toEqual({
      week: "2026-11-23",
      uuid: second,
    });
    await ask("DROP TABLE weeks.raw_crashes_20261116");
    await expect(storage.getRaw(first)).rejects.toMatchObject({ code: "crash_id_not_found" });
    await storage.remove(first);
    await storage.saveRaw(raw(first));
    expect(await storage.getRaw(first)).toMatchObject({ uuid: first });
    await storage.close();
  });

  it("writes a report of each processed crash: text cut to its length, other values only where they fit", async () => {
    const storage = await open("schema=report");
    const id = sunday();
    await storage.saveProcessed(
      processed(id, {
        signature: "😀".repeat(300),
        app_notes: "a\u0000b\ud800",
        address: "0x" + "f".repeat(40),
        addons: ["x:1", "y:2"],
        uptime: 12,
        install_age: 1.5,
        last_crash: "never",
        success: true,
        truncated: "yes",
        client_crash_date: "2026-11-21 23:59:59+02:00",
        started_datetime: "+275760-01-01T00:00:00Z",
      }),
    );
    expect(await row("SELECT * FROM report.reports_20261116")).toMatchObject({
      uuid: id,
      signature: "😀".repeat(255),
      app_notes: "a\ufffdb\ufffd",
      address: "0x" + "f".repeat(18),
      addons: '["x:1","y:2"]',
      uptime: "12",
      install_age: null,
      last_crash: null,
      success: true,
      truncated: null,
      date_processed: new Date("2026-11-22T01:02:03.456Z"),
      client_crash_date: new Date("2026-11-21T21:59:59Z"),
      started_datetime: null,
      email: null,
    });
    await storage.saveProcessed(processed(id, { signature: "again" }));
    expect(await row("SELECT signature, uptime FROM report.reports")).toEqual({
      signature: "again",
      uptime: null,
    });
    await storage.close();
  });

  it("names the plugin that crashed once, and its version per report", async () => {
    const storage = await open("schema=plugin");
    const plugin = { plugin_filename: "np.dll", plugin_name: "Player" };
    const [first, second] = [sunday(), sunday()];
    await storage.saveProcessed(processed(first, { ...plugin, plugin_version: "1" }));
    await storage.saveProcessed(processed(second, { ...plugin, plugin_version: "2" }));
    const versions =
      "SELECT filename, name, version FROM plugin.plugins JOIN plugin.plugins_reports ON plugin_id = id ORDER BY version";
    const found = { filename: "np.dll", name: "Player" };
    expect(await ask(versions)).toEqual([
      { ...found, version: "1" },
      { ...found, version: "2" },
    ]);
    expect(await value("SELECT count(*)::int FROM plugin.plugins")).toBe(1);
    await storage.saveProcessed(processed(first));
    expect(await ask(versions)).toEqual([{ ...found, version: "2" }]);
    await storage.close();
  });

  it("makes the tables of a week once, whoever saves first", async () => {
    const storages = await Promise.all([open("schema=first"), open("schema=first")]);
    const ids = Array.from({ length: 20 }, (_, index) => (index % 2 === 0 ? sunday() : monday()));
    await Promise.all(ids.map((id, index) => storages[index % 3 === 0 ? 0 : 1].saveRaw(raw(id))));
    expect(await value("SELECT count(*)::int FROM first.raw_crashes")).toBe(20);
    for (const storage of storages) await storage.close();
  });

  it("keeps no dumps unless it is told to, and says so", async () => {
    const storage = await open("schema=lean");
    const id = sunday();
    await storage.saveRaw(raw(id, await dumpOf(Uint8Array.of(1))));
    await storage.saveProcessed(processed(id));
    expect([...storage.keeps].sort()).toEqual(["processed", "raw"]);
    expect(await storage.getRaw(id)).toMatchObject({ uuid: id });
    expect(await storage.getUnredactedProcessed(id)).toMatchObject({ uuid: id });
    const notFound = { code: "crash_id_not_found" };
    await expect(storage.getDump(id, MAIN_DUMP)).rejects.toMatchObject(notFound);
    await expect(storage.getDumpsAsFiles(id, directory)).rejects.toMatchObject(notFound);
    expect(await value("SELECT count(*)::int FROM lean.dump_parts")).toBe(0);
    await storage.remove(id);
    await expect(storage.getUnredactedProcessed(id)).rejects.toMatchObject(notFound);
    await storage.close();
  });

  it("saves although its connections are killed in the middle, once and with every dump", async () => {
    const storage = await open("dumps=yes, schema=killed");
    const id = sunday();
    await storage.saveRaw(raw(id));
    const content = randomBytes(4_000_000);
    const saving = storage.saveRaw(raw(id, await dumpOf(content)));
    const kill = `SELECT count(pg_terminate_backend(pid))::int FROM pg_stat_activity
      WHERE query LIKE 'INSERT INTO killed.dump_parts%' AND pid <> pg_backend_pid()`;
    const connections = admin();
    await connections.use((connection) =>
      expect.poll(() => singleValueSql(connection, kill), { interval: 1 }).toBeGreaterThan(0),
    );
    await saving;
    expect(content.equals(await buffer(await storage.getDump(id, MAIN_DUMP)))).toBe(true);
    expect(await value("SELECT sum(length(bytes))::int FROM killed.dump_parts")).toBe(content.length);
    await storage.close();
  });

  it("never mixes two saves of a dump in what is read", async () => {
    const storage = await open("dumps=yes, schema=mixed");
    const id = sunday();
    await storage.saveRaw(raw(id, await dumpOf(randomBytes(5_000_000))));
    const stream = await storage.getDump(id, MAIN_DUMP);
    await new Promise((resolve) => stream.once("readable", resolve));
    await storage.saveRaw(raw(id, await dumpOf(randomBytes(5_000_000))));
    await expect(buffer(stream)).rejects.toMatchObject({
      code: "storage_unavailable",
      message: expect.stringContaining(id) as string,
    });
    await storage.close();
  });

  it("streams a dump of 200 MB both ways in bounded memory", async () => {
    const storage = await open("dumps=yes, schema=large");
    const id = sunday();
    const path = join(directory, "large");
    const file = createWriteStream(path);
    const block = randomBytes(1_000_000);
    for (let count = 0; count < 200; count += 1)
      await new Promise((resolve) => file.write(block, () => resolve(null)));
    await new Promise((resolve) => file.end(() => resolve(null)));
    const before = process.memoryUsage.rss();
    let most = 0;
    const watch = setInterval(() => (most = Math.max(most, process.memoryUsage.rss() - before)), 10);
    await storage.saveRaw(raw(id, new Map([[MAIN_DUMP, { path, sizeBytes: 200_000_000 }]])));
    const files = await storage.getDumpsAsFiles(id, directory);
    clearInterval(watch);
    expect(files.get(MAIN_DUMP)?.sizeBytes).toBe(200_000_000);
    expect(most).toBeLessThan(120_000_000);
    await storage.close();
  });

  it("starts without its server, then says which server and crash; a refused login stops the start", async () => {
    const port = await freePort();
    const away = await open(`url=postgresql://user:secret@127.0.0.1:${port}/crashes`);
    const id = sunday();
    await expect(away.getRaw(id)).rejects.toMatchObject({
      code: "storage_unavailable",
      transient: true,
      message: expect.stringMatching(
        new RegExp(`^PostgreSQL 127.0.0.1:${port}/crashes, ${id}: .*ECONNREFUSED`),
      ) as string,
    });
    await away.close();
    const url = new URL(scratch.url);
    url.username = "nobody";
    await expect(open("", url.href)).rejects.toMatchObject({
      code: "bad_setting",
      message: expect.stringMatching(/^CRASHSTORAGE: .* refuses the login: role "nobody"/) as string,
    });
  });
});
