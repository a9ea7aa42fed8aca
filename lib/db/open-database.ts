import { join } from "node:path";
import type { Database } from "./database";

/** What decides which database it is; a part of the settings. */
export interface DatabasePlace {
  /** Empty: the embedded one. */
  readonly databaseUrl: string;
  /** Absolute. */
  readonly dataDirectory: string;
}

/**
 * Opens the PostgreSQL server that DATABASE_URL names, or else the embedded PostgreSQL in the data folder, and applies
 * the migrations it lacks. Throws BadSetting when the server refuses the login, StorageUnavailable when it is away.
 */
export async function openDatabase({ databaseUrl, dataDirectory }: DatabasePlace): Promise<Database> {
  if (databaseUrl !== "") return (await import("./server-database")).openServerDatabase(databaseUrl);
  const { openEmbeddedDatabase } = await import("./embedded-database");
  return openEmbeddedDatabase(join(dataDirectory, "database"));
}
