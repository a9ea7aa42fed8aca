import type { HBaseClient, Row, ScannedRows } from "./hbase-client";
import { SALTS } from "./row-keys";

/** Rows whose key begins with a salt and then the prefix: all of one salt, then all of the next. */
export async function* unionScanWithPrefix(
  client: HBaseClient,
  { prefix, ...rest }: ScannedRows,
): AsyncGenerator<Row, void> {
  for (const salt of SALTS) yield* client.scan({ ...rest, prefix: salt + prefix });
}

/** The same rows in the order of their keys without the salt, from sixteen scans at once. */
export async function* mergeScanWithPrefix(
  client: HBaseClient,
  { prefix, ...rest }: ScannedRows,
): AsyncGenerator<Row, void> {
  const scans = SALTS.map((salt) => client.scan({ ...rest, prefix: salt + prefix }));
  try {
    const heads = await Promise.all(scans.map(headOf));
    for (;;) {
      const first = heads.filter((head) => head !== null).sort(byUnsaltedKey)[0];
      if (!first) return;
      yield first.row;
      heads[heads.indexOf(first)] = await headOf(first.scan);
    }
  } finally {
    await Promise.all(scans.map((scan) => scan.return()));
  }
}

/** A scan and the row that it has next. */
interface Head {
  readonly row: Row;
  readonly scan: AsyncGenerator<Row, void>;
}

async function headOf(scan: AsyncGenerator<Row, void>): Promise<Head | null> {
  const { value } = await scan.next();
  return value ? { row: value, scan } : null;
}

/** Rows that differ in their salt alone keep the order of the salts. */
function byUnsaltedKey(one: Head, other: Head): number {
  return Buffer.compare(one.row.key.subarray(1), other.row.key.subarray(1));
}

/** The first of some items; nothing more is asked of them after the last. */
export async function* limitedIteration<T>(
  items: AsyncIterable<T>,
  limit = 1_000_000,
): AsyncGenerator<T, void> {
  let left = limit;
  if (left <= 0) return;
  for await (const item of items) {
    yield item;
    left -= 1;
    if (left <= 0) return;
  }
}
