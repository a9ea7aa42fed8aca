import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { databaseContract } from "./conformance";
import { migrationsDirectory } from "./database";
import { openEmbeddedDatabase } from "./embedded-database";
import { schemaDrift } from "./schema-drift";

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "database-"));
});
afterAll(() => rm(directory, { recursive: true }));

databaseContract("embedded", () => openEmbeddedDatabase(directory));

it("migrations make exactly what schema.prisma says", async () => {
  expect(
    await schemaDrift(migrationsDirectory(), join(dirname(migrationsDirectory()), "schema.prisma")),
  ).toBeNull();
});
