import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { createScratchDatabase, type ScratchDatabase } from "#test/services/scratch-database";
import { limitedBackoffExecutor, onceExecutor } from "#lib/transaction/executor";
import type { Connection, ConnectionContext } from "./connection";
import { plainConnections, pooledConnections } from "./connection-context";
import {
  executeNoResults,
  executeQueryFetchall,
  executeQueryIter,
  singleRowSql,
  singleValueSql,
} from "./queries";
import { transact } from "./transaction";

const setting = "DATABASE_URL";
const MAXIMUM = 3;

let scratch: ScratchDatabase;
let admin: ConnectionContext;
beforeAll(async () => {
  scratch = await createScratchDatabase(inject("databaseUrl"));
  admin = plainConnections({ url: scratch.url, setting });
  await admin.use((connection) => executeNoResults(connection, "CREATE TABLE seen (n int)"));
});
afterAll(() => scratch.drop());

const pooled = () => pooledConnections({ url: scratch.url, setting, maximumConnections: MAXIMUM });
const process = (connection: Connection) => singleValueSql(connection, "SELECT pg_backend_pid()");
const kill = (pid: unknown) =>
  admin.use((connection) => singleValueSql(connection, "SELECT pg_terminate_backend($1)", [pid]));
const isAlive = (pid: unknown) =>
  admin.use((connection) =>
    singleValueSql(connection, "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE pid = $1)", [pid]),
  );
const seen = () =>
  admin.use((connection) => executeQueryFetchall(connection, "SELECT n FROM seen ORDER BY n"));

describe.each([
  ["plain", () => plainConnections({ url: scratch.url, setting })],
  ["pooled", pooled],
])("%s connections", (kind, open) => {
  it(`are ${kind === "plain" ? "closed after one use" : "kept for the next use"}, also when that fails`, async () => {
    const connections = open();
    const pid = await connections.use(process);
    await connections
      .use(async (connection) => {
        await process(connection);
        throw new Error("no");
      })
      .catch(() => undefined);
    await expect.poll(() => isAlive(pid)).toBe(kind === "pooled");
    await connections.close();
    await expect.poll(() => isAlive(pid)).toBe(false);
  });

  it("break a statement off when they are told to, and are usable afterwards", async () => {
    const connections = open();
    const stop = new AbortController();
    const running = connections.use(async (connection) => {
      const pid = await process(connection);
      const sleeping = connection.query("SELECT pg_sleep(3600)");
      await expect.poll(() => isAlive(pid)).toBe(true);
      stop.abort(new Error("stop"));
      return sleeping;
    }, stop.signal);
    await expect(running).rejects.toThrow("stop");
    await expect(connections.use(process, stop.signal)).rejects.toThrow("stop");
    expect(await connections.use(process)).toEqual(expect.any(Number));
    await connections.close();
  });
});

describe("pooled connections", () => {
  it("are never more than the limit", async () => {
    const connections = pooled();
    const pids = await Promise.all(Array.from({ length: 20 }, () => connections.use(process)));
    expect(new Set(pids).size).toBe(MAXIMUM);
    await connections.close();
  });

  it("are thrown away when they broke, and all are new after a forced reconnect", async () => {
    const connections = pooled();
    const first = await connections.use(process);
    await expect(
      connections.use(async (connection) => {
        await kill(first);
        return process(connection);
      }),
    ).rejects.toThrow();
    const second = await connections.use(process);
    expect(second).not.toBe(first);
    connections.forceReconnect();
    expect(await connections.use(process)).not.toBe(second);
    await expect.poll(() => isAlive(second)).toBe(false);
    await connections.close();
  });

  it("that the server cuts while they are idle harm nobody", async () => {
    const connections = pooled();
    const pid = await connections.use(process);
    await kill(pid);
    await expect.poll(() => isAlive(pid)).toBe(false);
    const options = { connections, execute: limitedBackoffExecutor({ delaysSeconds: [0] }), subject: "x" };
    expect(await transact(options, process)).not.toBe(pid);
    await connections.close();
  });
});

describe("a transaction", () => {
  it("keeps all when it succeeds and nothing when it fails", async () => {
    const options = { connections: admin, execute: onceExecutor, subject: "test" };
    const insert = (n: number) => (connection: Connection) =>
      executeNoResults(connection, "INSERT INTO seen VALUES ($1)", [n]);
    await transact(options, insert(1));
    await expect(
      transact(options, async (connection) => {
        await insert(2)(connection);
        throw new Error("no");
      }),
    ).rejects.toThrow("no");
    expect(await seen()).toEqual([{ n: 1 }]);
  });

  it("is run again from its start when its connection is killed, but not when it is refused", async () => {
    const execute = limitedBackoffExecutor({ delaysSeconds: [0, 0] });
    const options = { connections: admin, execute, subject: "test" };
    let attempts = 0;
    await transact(options, async (connection) => {
      attempts += 1;
      await executeNoResults(connection, "INSERT INTO seen VALUES (3)");
      if (attempts === 1) await kill(await process(connection));
    });
    expect(attempts).toBe(2);
    expect(await seen()).toEqual([{ n: 1 }, { n: 3 }]);
    attempts = 0;
    const refused = transact(options, (connection) => {
      attempts += 1;
      return executeNoResults(connection, "SELECT absent");
    });
    await expect(refused).rejects.toMatchObject({
      code: "storage_refused",
      message: expect.stringMatching(/^PostgreSQL 127\.0\.0\.1:\d+\/\w+, test: column "absent"/) as string,
    });
    expect(attempts).toBe(1);
  });
});

describe("a query", () => {
  it("for a single value or row throws unless there is exactly one", async () => {
    await admin.use(async (connection) => {
      expect(await singleValueSql(connection, "SELECT $1::int + 1", [1])).toBe(2);
      expect(await singleRowSql(connection, "SELECT 1 AS a, 'x' AS b")).toEqual({ a: 1, b: "x" });
      for (const sql of ["SELECT 1 WHERE false", "SELECT generate_series(1, 2)"]) {
        await expect(singleValueSql(connection, sql)).rejects.toMatchObject({
          code: "sql_did_not_return_single_value",
        });
        await expect(singleRowSql(connection, sql)).rejects.toMatchObject({
          code: "sql_did_not_return_single_row",
        });
      }
      await expect(singleValueSql(connection, "SELECT 1 AS a, 2 AS b")).rejects.toMatchObject({
        code: "sql_did_not_return_single_value",
      });
    });
  });

  it("can be iterated over, and stopped, without its whole result in memory", async () => {
    const rows = 40_000;
    await transact({ connections: admin, execute: onceExecutor, subject: "test" }, async (connection) => {
      const sql = "SELECT n, repeat('x', 10000) AS text FROM generate_series(1, $1::int) AS n";
      let [count, most] = [0, 0];
      const before = globalThis.process.memoryUsage.rss();
      for await (const { n } of executeQueryIter(connection, sql, [rows])) {
        count += 1;
        expect(n).toBe(count);
        most = Math.max(most, globalThis.process.memoryUsage.rss() - before);
      }
      expect(count).toBe(rows);
      expect(most).toBeLessThan(200_000_000);
      for await (const { n } of executeQueryIter(connection, sql, [rows])) if (n === 150) break;
      expect(await executeQueryFetchall(connection, "SELECT name FROM pg_cursors")).toEqual([]);
    });
  });
});
