import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { installationDirectory } from "#lib/config/installation";
import { schemaDrift } from "#lib/db/schema-drift";

/** Writes the migration from what the existing ones make to what `schema.prisma` says: `npm run new-migration -- NAME`. */
const [name = "migration"] = process.argv.slice(2);
const directory = join(installationDirectory(), "prisma", "migrations");
const drift = await schemaDrift(directory, join(directory, "..", "schema.prisma"));
if (drift === null) {
  process.stdout.write("The migrations already make what schema.prisma says.\n");
} else {
  const stamp = new Date().toISOString().replace(/\D/g, "").slice(0, 14);
  const folder = join(directory, `${stamp}_${name}`);
  await mkdir(folder);
  await writeFile(join(folder, "migration.sql"), drift);
  process.stdout.write(`${folder}\n`);
}
