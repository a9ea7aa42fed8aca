import type { Database } from "./database";

/** A program that sends crashes. */
export interface Product {
  readonly name: string;
  readonly description: string;
  readonly firstReportedAt: Date;
}

/** All products, by name. */
export function listProducts({ client }: Database): Promise<readonly Product[]> {
  return client.product.findMany({ orderBy: { name: "asc" } });
}

/** Makes the products that are not there yet. */
export async function noteProducts(
  { client }: Database,
  names: ReadonlySet<string>,
  now: Date,
): Promise<void> {
  if (names.size === 0) return;
  const data = [...names].map((name) => ({ name, firstReportedAt: now }));
  await client.product.createMany({ data, skipDuplicates: true });
}
