import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { freePort } from "#test/services/service-process";
import { createScratchDatabase, type ScratchDatabase } from "#test/services/scratch-database";
import { plainConnections } from "#lib/postgresql/connection-context";
import { singleValueSql } from "#lib/postgresql/queries";
import { databaseContract } from "./conformance";
import type { Database } from "./database";
import { openEmbeddedDatabase } from "./embedded-database";
import { openDatabase } from "./open-database";

/** Columns, indexes and constraints as the server spells them. */
const catalogue = ({ client }: Database) =>
  client.$queryRaw`
    SELECT attrelid::regclass::text AS "table", attname::text AS name, attnotnull::text AS more,
           format_type(atttypid, atttypmod) || coalesce(pg_get_expr(adbin, adrelid), '') AS definition
    FROM pg_attribute LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
    WHERE attrelid::regclass::text IN (SELECT tablename FROM pg_tables WHERE schemaname = 'public') AND attnum > 0
    UNION ALL SELECT tablename, indexname, '', indexdef FROM pg_indexes WHERE schemaname = 'public'
    ORDER BY 1, 2, 3, 4`;

const open = (databaseUrl: string) => openDatabase({ databaseUrl, dataDirectory: "/nowhere" });

let scratch: ScratchDatabase;
beforeAll(async () => {
  scratch = await createScratchDatabase(inject("databaseUrl"));
});
afterAll(() => scratch.drop());

databaseContract("on a server", () => open(scratch.url));

describe("a database on a server", () => {
  it("is migrated by one of several processes that start at once, to exactly what the embedded one is", async () => {
    const fresh = await createScratchDatabase(inject("databaseUrl"));
    const opened = await Promise.all(Array.from({ length: 4 }, () => open(fresh.url)));
    expect(opened.map(({ applied }) => applied.length > 0).filter(Boolean)).toEqual([true]);
    const directory = await mkdtemp(join(tmpdir(), "database-"));
    const embedded = await openEmbeddedDatabase(directory);
    const [first] = opened;
    const found = first ? await catalogue(first) : [];
    const expected = await catalogue(embedded);
    expect(found).toEqual(expected);
    expect(found).not.toHaveLength(0);
    for (const database of [...opened, embedded]) await database.close();
    await rm(directory, { recursive: true });
    await fresh.drop();
  });

  it("gives back every connection when it is closed, and never has more than its pool", async () => {
    const fresh = await createScratchDatabase(inject("databaseUrl"));
    const database = await open(fresh.url);
    const connections = plainConnections({ url: fresh.url, setting: "DATABASE_URL" });
    const others = () =>
      connections.use((connection) =>
        singleValueSql(
          connection,
          `SELECT count(*)::int FROM pg_stat_activity
           WHERE datname = current_database() AND pid <> pg_backend_pid()`,
        ),
      );
    await Promise.all(Array.from({ length: 50 }, () => database.client.product.count()));
    await expect.poll(others).toBe(10);
    await database.close();
    await expect.poll(others).toBe(0);
    await fresh.drop();
  });

  it("that is away is transient, and says where it was looked for", async () => {
    const port = await freePort();
    await expect(open(`postgresql://user:secret@127.0.0.1:${port}/crashes`)).rejects.toMatchObject({
      code: "storage_unavailable",
      transient: true,
      message: expect.stringMatching(
        new RegExp(`^PostgreSQL 127.0.0.1:${port}/crashes cannot be reached: .*ECONNREFUSED`),
      ) as string,
    });
  });

  it.each([
    ["a database that is not there", (url: URL) => (url.pathname = "absent"), /"absent" does not exist/],
    ["a user that is not there", (url: URL) => (url.username = "nobody"), /"nobody" does not exist/],
  ])("refuses %s in one line, without the password", async (_, change, why) => {
    const url = new URL(scratch.url);
    url.password = "secret";
    change(url);
    const error = (await open(url.href).catch((thrown: unknown) => thrown)) as Error;
    expect(error).toMatchObject({ code: "bad_setting", message: expect.stringMatching(why) as string });
    expect(error.message).toMatch(/^DATABASE_URL: the PostgreSQL server at 127\.0\.0\.1:\d+\/.*\.$/);
    expect(error.message).not.toContain("secret");
  });
});
