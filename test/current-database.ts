import { createHash } from "node:crypto";
import { cp, mkdtemp, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { migrationsDirectory } from "#lib/db/database";
import { openEmbeddedDatabase } from "#lib/db/embedded-database";

/**
 * Puts an empty embedded database that has every migration into a folder that is not there yet. It is a copy of one that
 * tests make once for each state of the migrations: making a database takes seconds.
 */
export async function copyCurrentDatabase(directory: string): Promise<void> {
  const kept = join(tmpdir(), `crash-stats-database-${await stateOfMigrations()}`);
  const isThere = await stat(kept).then(
    () => true,
    () => false,
  );
  if (!isThere) await makeDatabase(kept);
  await cp(kept, directory, { recursive: true });
}

async function stateOfMigrations(): Promise<string> {
  const directory = migrationsDirectory();
  const names = (await readdir(directory, { recursive: true }))
    .filter((name) => name.endsWith(".sql"))
    .sort();
  const hash = createHash("sha256");
  for (const name of names) hash.update(name).update(await readFile(join(directory, name)));
  return hash.digest("hex").slice(0, 16);
}

/** Several may do so at once; the first that is done gives it its place. */
async function makeDatabase(kept: string): Promise<void> {
  const directory = await mkdtemp(`${kept}-`);
  const database = await openEmbeddedDatabase(directory);
  await database.close();
  await rename(directory, kept).catch(() => rm(directory, { recursive: true }));
}
