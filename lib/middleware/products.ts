import type { Database } from "#lib/db/database";
import { listPlatforms, type Platform } from "#lib/db/platforms";
import { listProducts } from "#lib/db/products";

/** The names of all products of which crashes have come, in order. */
export async function productNames(database: Database): Promise<readonly string[]> {
  return (await listProducts(database)).map(({ name }) => name);
}

/** The operating systems that crashes are counted by, by name. */
export function platforms(database: Database): Promise<readonly Platform[]> {
  return listPlatforms(database);
}
