import { once } from "node:events";
import { mkdtemp, rm, truncate, writeFile } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { MAIN_DUMP, type DumpFile } from "#lib/core/crash";
import type { CrashId } from "#lib/core/crash-id";
import { collect, crashStorageContract, sampleId } from "#lib/crashstorage/conformance";
import { crashStorageFaults } from "#lib/crashstorage/fault-conformance";
import { openCrashStorage } from "#lib/crashstorage/registry";
import { hbaseClient, type HBaseClient } from "#lib/hbase/hbase-client";
import { reportKey } from "#lib/hbase/row-keys";
import { putCrashReportIndices } from "#lib/hbase/submission";
import { createTables } from "#lib/hbase/socorro-tables";
import { startHBaseThriftServer, type HBaseThriftServer } from "#test/services/hbase-thrift-server";
import { EVERY_PART, type CrashStorage } from "#lib/crashstorage/storage";
import { LARGEST_DUMP_BYTES, PART_BYTES } from "./saved-dumps";

const options = (server: HBaseThriftServer) =>
  ({
    host: "127.0.0.1",
    port: server.port,
    transport: "buffered",
    timeoutSeconds: 1,
    retryDelaySeconds: 0.05,
  }) as const;

const open = (server: HBaseThriftServer, timeoutSeconds = 2) =>
  openCrashStorage(`hbase(host=127.0.0.1, port=${server.port}, timeout=${timeoutSeconds}, retry=0.05)`, {
    dataDirectory: tmpdir(),
  });

/** A server for each directory, so that every store is fresh. */
const servers = new Map<string, HBaseThriftServer>();
async function serverOf(directory: string): Promise<HBaseThriftServer> {
  const known = servers.get(directory);
  if (known) return known;
  const server = await startHBaseThriftServer();
  servers.set(directory, server);
  const client = hbaseClient(options(server));
  await createTables(client);
  client.close();
  return server;
}
afterAll(() => Promise.all([...servers.values()].map((server) => server.remove())));

crashStorageContract("hbase", async (directory) => open(await serverOf(directory)), EVERY_PART, {
  later: () => undefined,
  largeDumpMemoryBytes: 40_000_000,
});

let faultServer: HBaseThriftServer;
beforeAll(async () => {
  faultServer = await serverOf("faults");
});
crashStorageFaults("hbase", {
  port: () => faultServer.port,
  open: (port) => open({ ...faultServer, port }),
  service: () => faultServer,
  largeDumpMemoryBytes: 40_000_000,
});

describe("hbase", () => {
  let server: HBaseThriftServer;
  let client: HBaseClient;
  let storage: CrashStorage;
  let directory: string;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "hbase-"));
    server = await startHBaseThriftServer();
    client = hbaseClient(options(server));
    await createTables(client);
    storage = await open(server);
  });
  afterEach(async () => {
    await storage.close();
    client.close();
    await server.remove();
    await rm(directory, { recursive: true });
  });

  const dumpFile = async (content: Buffer): Promise<DumpFile> => {
    const path = join(directory, crypto.randomUUID());
    await writeFile(path, content);
    return { path, sizeBytes: content.length };
  };
  const report = (id: CrashId, dumps: Record<string, DumpFile> = {}, annotations = {}) => ({
    id,
    raw: { ...annotations, uuid: id, submitted_timestamp: "2026-11-20T01:02:03.456789+00:00" },
    dumps: new Map(Object.entries(dumps)),
  });
  const columnsOf = async (id: CrashId) => [
    ...((await client.getRow("crash_reports", reportKey(id)))?.columns.keys() ?? []),
  ];

  it("asks a server that is away for a dump no more often than for a raw crash", async () => {
    let connections = 0;
    const away = createServer((socket) => {
      connections += 1;
      socket.destroy();
    }).listen(0, "127.0.0.1");
    await once(away, "listening");
    const cutOff = await open({ ...server, port: (away.address() as AddressInfo).port });
    const connectionsOf = async (read: Promise<unknown>) => {
      const before = connections;
      await expect(read).rejects.toMatchObject({ code: "storage_unavailable", transient: true });
      return connections - before;
    };
    const id = sampleId();
    const usual = await connectionsOf(cutOff.getRaw(id));
    expect(usual).toBeGreaterThan(0);
    expect(await connectionsOf(cutOff.getDump(id, MAIN_DUMP))).toBe(usual);
    expect(await connectionsOf(cutOff.getDumpsAsFiles(id, directory))).toBe(usual);
    await cutOff.close();
    away.close();
  });

  it("saves a dump of 20 MB in parts that HBase takes, and gives every byte back as a stream", async () => {
    const id = sampleId();
    const content = Buffer.alloc(20 * 1024 * 1024, "minidump");
    await storage.saveRaw(report(id, { [MAIN_DUMP]: await dumpFile(content) }));
    const stream = await storage.getDump(id, MAIN_DUMP);
    const sizes: number[] = [];
    const parts: Buffer[] = [];
    for await (const part of stream as AsyncIterable<Buffer>) {
      sizes.push(part.length);
      parts.push(part);
    }
    expect(Buffer.concat(parts).equals(content)).toBe(true);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(PART_BYTES);
  });

  it("keeps small dumps where Socorro's tools look for them", async () => {
    const id = sampleId();
    await storage.saveRaw(
      report(id, {
        [MAIN_DUMP]: await dumpFile(Buffer.from("MDMP")),
        upload_file_minidump_browser: await dumpFile(Buffer.from("other")),
      }),
    );
    expect((await client.get("crash_reports", reportKey(id), "raw_data:dump"))?.toString()).toBe("MDMP");
    expect(
      (await client.get("crash_reports", reportKey(id), "raw_data:upload_file_minidump_browser"))?.toString(),
    ).toBe("other");
  });

  it("reads the crashes that Socorro saved", async () => {
    const id = sampleId();
    await client.mutateRow("crash_reports", reportKey(id), [
      ["meta_data:json", JSON.stringify({ uuid: id, Version: "1" })],
      ["timestamps:submitted", "2026-11-20T01:02:03"],
      ["raw_data:dump", "MDMP"],
      ["raw_data:upload_file_minidump_browser", "other"],
    ]);
    expect(await storage.getRaw(id)).toMatchObject({ Version: "1" });
    expect((await buffer(await storage.getDump(id, MAIN_DUMP))).toString()).toBe("MDMP");
    expect([...(await storage.getDumpsAsFiles(id, directory)).keys()]).toEqual([
      MAIN_DUMP,
      "upload_file_minidump_browser",
    ]);
  });

  it.each(["{", "[]", '{"upload_file_minidump":7}', '{"upload_file_minidump":[7]}'])(
    "calls a list of dumps corrupt that is none, and still removes the crash: %s",
    async (list) => {
      const id = sampleId();
      await storage.saveRaw(
        report(id, { [MAIN_DUMP]: await dumpFile(Buffer.from("MDMP")) }, { HangID: "hang" }),
      );
      await client.mutateRow("crash_reports", reportKey(id), [
        ["meta_data:dumps", list],
        ["meta_data:json", list],
      ]);
      await expect(storage.getDump(id, MAIN_DUMP)).rejects.toMatchObject({ code: "storage_corrupt" });
      await expect(storage.getRaw(id)).rejects.toMatchObject({ code: "storage_corrupt" });
      await storage.remove(id);
      expect(await columnsOf(id)).toEqual([]);
    },
  );

  it("keeps nothing of the dumps that a crash had before it was saved again", async () => {
    const id = sampleId();
    const large = await dumpFile(Buffer.alloc(3 * PART_BYTES));
    await storage.saveRaw(report(id, { [MAIN_DUMP]: large, other: await dumpFile(Buffer.from("x")) }));
    await storage.saveRaw(report(id, { [MAIN_DUMP]: await dumpFile(Buffer.from("small")) }));
    expect((await columnsOf(id)).filter((column) => column.startsWith("raw_data:"))).toEqual([
      "raw_data:dump",
    ]);
  });

  it("never shows a mixture when the same crash is saved by many at once", async () => {
    const id = sampleId();
    const sets = await Promise.all(
      Array.from({ length: 6 }, async (_, index) => ({
        [MAIN_DUMP]: await dumpFile(Buffer.alloc(index % 2 === 0 ? 10 : 2 * PART_BYTES, index)),
        ...(index % 3 === 0 ? { other: await dumpFile(Buffer.alloc(10, index)) } : {}),
      })),
    );
    await Promise.all(
      sets.map((dumps, index) => storage.saveRaw(report(id, dumps, { Version: String(index) }))),
    );
    const index = Number((await storage.getRaw(id)).Version);
    const files = await storage.getDumpsAsFiles(id, directory);
    expect([...files.keys()].sort()).toEqual(Object.keys(sets[index] ?? {}).sort());
    for (const name of files.keys()) {
      const content = await buffer(await storage.getDump(id, name));
      expect(content.length).toBeGreaterThan(0);
      expect(content.every((byte) => byte === index)).toBe(true);
    }
  });

  it("refuses a dump that is too large for a row, saying how large it may be", async () => {
    const id = sampleId();
    const file = await dumpFile(Buffer.alloc(0));
    await truncate(file.path, LARGEST_DUMP_BYTES + 1);
    await expect(storage.saveRaw(report(id, { [MAIN_DUMP]: file }))).rejects.toMatchObject({
      code: "storage_refused",
      message: expect.stringMatching(new RegExp(`${id} has 268435457 bytes; at most 268435456`)) as string,
    });
    expect(await columnsOf(id)).toEqual([]);
  });

  it("takes the parts of a dump back when the next dump cannot be read", async () => {
    const id = sampleId();
    const large = await dumpFile(Buffer.alloc(3 * PART_BYTES));
    const unreadable = { path: directory, sizeBytes: 1 };
    await expect(
      storage.saveRaw(report(id, { [MAIN_DUMP]: large, other: unreadable })),
    ).rejects.toMatchObject({ code: "storage_unavailable" });
    expect(server.calls.get("mutateRow")).toBe(4);
    expect(await columnsOf(id)).toEqual([]);
  });

  it.each(["cut before", "cut after", "IOError", "silence"] as const)(
    "saves a crash once although each call fails at first: %s",
    async (how) => {
      const id = sampleId();
      const hasty = await open(server, 0.2);
      for (const method of ["getRowWithColumns", "mutateRow", "atomicIncrement"])
        server.breakNext(method, how);
      await hasty.saveRaw(report(id, { [MAIN_DUMP]: await dumpFile(Buffer.from("MDMP")) }));
      await hasty.close();
      expect(await storage.getRaw(id)).toMatchObject({ uuid: id });
      expect(await collect(storage.newCrashes())).toEqual([id]);
      expect(await collect(storage.newCrashes())).toEqual([]);
    },
  );

  it("gives each new crash once, oldest first, and again the one at which the iteration was broken off", async () => {
    const ids = Array.from({ length: 40 }, sampleId);
    for (const [index, id] of ids.entries()) {
      const submitted_timestamp = `2026-11-20T01:02:${String(index).padStart(2, "0")}`;
      await storage.saveRaw({ id, raw: { uuid: id, submitted_timestamp }, dumps: new Map() });
    }
    const first: CrashId[] = [];
    for await (const id of storage.newCrashes()) {
      first.push(id);
      if (first.length === 15) break;
    }
    expect(first).toEqual(ids.slice(0, 15));
    expect(await collect(storage.newCrashes())).toEqual(ids.slice(14));
    expect(await collect(storage.newCrashes())).toEqual([]);
  });

  it("does not call a crash new that the throttle deferred, or whose save did not get to its end", async () => {
    const [deferred, broken] = [sampleId(), sampleId()];
    await storage.saveRaw(report(deferred, {}, { legacy_processing: 1 }));
    await putCrashReportIndices(client, broken, "2026-11-20T01:02:03", [
      "crash_reports_index_legacy_unprocessed_flag",
    ]);
    expect(await collect(storage.newCrashes())).toEqual([]);
  });

  it("goes on with the new crashes when the server is restarted in the middle", async () => {
    const ids = Array.from({ length: 30 }, sampleId);
    for (const id of ids) await storage.saveRaw(report(id));
    const found: CrashId[] = [];
    for await (const id of storage.newCrashes()) {
      found.push(id);
      if (found.length !== 12) continue;
      await server.kill();
      await server.start();
    }
    expect([...found].sort()).toEqual([...ids].sort());
    expect(new Set(found).size).toBe(ids.length);
  });

  it("removes a crash from every table, and counts it off where it waits", async () => {
    const [kept, removed] = [sampleId(), sampleId()];
    const hang = { HangID: "hang-1" };
    await storage.saveRaw(report(kept, {}, { ...hang, ProcessType: "browser" }));
    await storage.saveRaw(
      report(
        removed,
        { [MAIN_DUMP]: await dumpFile(Buffer.alloc(2 * PART_BYTES)) },
        { ...hang, ProcessType: "plugin" },
      ),
    );
    for (const uuid of [kept, removed])
      await storage.saveProcessed({ uuid, signature: "a::b", date_processed: "2026-11-20T01:02:03Z" });
    await storage.remove(removed);
    for (const table of await client.getTableNames())
      for await (const { key, columns } of client.scan({
        table,
        prefix: "",
        columns: [table === "metrics" ? "counters" : table === "crash_reports" ? "raw_data" : "ids"],
      }))
        expect([key.toString(), ...columns.values()].join(" ")).not.toContain(removed);
    const size = (column: string) => client.get("metrics", "crash_report_queue", `counters:${column}`);
    expect((await size("current_legacy_unprocessed_size"))?.readBigInt64BE()).toBe(1n);
    expect((await size("current_unprocessed_size"))?.readBigInt64BE()).toBe(0n);
    expect(await collect(storage.newCrashes())).toEqual([kept]);
  });

  it("fails with the names of the store and the crash when nobody answers, and works when somebody does again", async () => {
    const [lost, kept] = [sampleId(), sampleId()];
    await server.kill();
    await expect(storage.saveRaw(report(lost))).rejects.toMatchObject({
      code: "storage_unavailable",
      transient: true,
      message: expect.stringMatching(
        new RegExp(`^HBase 127.0.0.1:${server.port}, .*${lost}: .*ECONNREFUSED`),
      ) as string,
    });
    await server.start();
    await storage.saveRaw(report(kept));
    expect(await storage.getRaw(kept)).toMatchObject({ uuid: kept });
    await expect(storage.getRaw(lost)).rejects.toMatchObject({ code: "crash_id_not_found" });
  });

  it("is refused at start when a table is missing, and not when nobody answers", async () => {
    const empty = await startHBaseThriftServer();
    await expect(open(empty)).rejects.toMatchObject({
      code: "bad_setting",
      message: expect.stringMatching(
        /no table crash_reports, .*metrics. "crash-stats hbase create-tables"/,
      ) as string,
    });
    await empty.kill();
    await (await open(empty)).close();
  });
});
