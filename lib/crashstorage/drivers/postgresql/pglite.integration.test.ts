import { basename, dirname } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { afterAll, beforeAll } from "vitest";
import { pgliteConnections } from "#test/pglite-connections";
import { crashStorageContract } from "#lib/crashstorage/conformance";
import { EVERY_PART } from "#lib/crashstorage/storage";
import { postgresqlStorageOver } from "./storage";

const server = new PGlite();
beforeAll(() => server.waitReady);
afterAll(() => server.close());

crashStorageContract(
  "postgresql, PGlite",
  (directory) =>
    Promise.resolve(
      postgresqlStorageOver(pgliteConnections(server), {
        schema: basename(dirname(directory)).toLowerCase().replaceAll("-", "_"),
        keepsDumps: true,
      }),
    ),
  EVERY_PART,
  { largeDumpMemoryBytes: 100_000_000 },
);
