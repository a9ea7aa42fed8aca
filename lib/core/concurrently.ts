/**
 * Does something with each item, so many at a time. Begins nothing more once `signal` is aborted, or anything was thrown;
 * resolves, or throws the first error, when what had begun has ended.
 */
export async function concurrently<T>(
  items: AsyncIterable<T> | Iterable<T>,
  { limit, signal }: { readonly limit: number; readonly signal?: AbortSignal },
  work: (item: T) => Promise<void>,
): Promise<void> {
  const iterator = iterate(items);
  const failures: unknown[] = [];
  const isOver = () => signal?.aborted === true || failures.length > 0;
  const worker = async () => {
    while (!isOver()) {
      const next = await iterator.next();
      if (next.done === true || isOver()) return;
      await work(next.value);
    }
  };
  await Promise.all(
    Array.from({ length: limit }, () => worker().catch((error: unknown) => failures.push(error))),
  );
  await iterator.return(undefined);
  if (failures.length > 0) throw failures[0];
}

async function* iterate<T>(items: AsyncIterable<T> | Iterable<T>): AsyncGenerator<T, void, undefined> {
  yield* items;
}
