import type { JsonObject } from "#lib/core/json";
import type { Connection } from "#lib/elasticsearch/connection";
import { indexList, type Indices } from "#lib/elasticsearch/indices";
import { onlyColumns, orderOf, placeOf, withOrder } from "#lib/search/plan/cursor";
import type { SearchPlan } from "#lib/search/plan/plan";
import type { SearchResult } from "#lib/search/result";
import { readHits, searchBody } from "./body";
import { searchError, shardErrors } from "./search-errors";

const BATCH = 1_000;
/** For how long the server keeps the moment that is read, from one batch to the next. */
const KEEP_ALIVE = "5m";

interface Scanning {
  readonly connection: Connection;
  readonly indices: Indices;
  readonly signal: AbortSignal | undefined;
}

/** Reads all that fits at one moment (a point in time), a batch after the other by the place of the last crash. */
export async function* scanIndices(
  scanning: Scanning,
  plan: SearchPlan,
  wanted: readonly string[],
): AsyncGenerator<SearchResult["hits"], void> {
  const { connection, indices, signal } = scanning;
  signal?.throwIfAborted();
  const names = await indices.existing(wanted, signal);
  if (names.length === 0) return;
  const id = await openMoment(scanning, indexList(names, indices.names));
  try {
    yield* batches(scanning, plan, id);
  } catch (error) {
    signal?.throwIfAborted();
    throw searchError(error);
  } finally {
    // One that cannot be closed ends by itself, and must not hide why the scan ended.
    await connection
      .ask({ what: "point in time" }, (client) => client.closePointInTime({ id }))
      .catch(() => undefined);
  }
}

async function* batches(
  { connection, signal }: Scanning,
  plan: SearchPlan,
  id: string,
): AsyncGenerator<SearchResult["hits"], void> {
  const order = orderOf(plan);
  let page: SearchPlan = { ...withOrder(plan), facets: [], offset: 0, limit: BATCH };
  for (;;) {
    const body = {
      ...searchBody(page, { shardSize: 0, parentShardSize: 0 }),
      track_total_hits: false,
      pit: { id, keep_alive: KEEP_ALIVE },
    };
    const answer = await connection.ask({ what: "point in time", signal }, (client, options) =>
      client.transport.request<JsonObject>({ method: "POST", path: "/_search", body }, options),
    );
    shardErrors(answer);
    const hits = readHits(answer, page);
    const last = hits.at(-1);
    if (last === undefined) return;
    yield hits.map((hit) => onlyColumns(plan, hit));
    signal?.throwIfAborted();
    if (hits.length < BATCH) return;
    page = { ...page, after: placeOf(order, last) };
  }
}

async function openMoment({ connection, signal }: Scanning, index: string): Promise<string> {
  const answer = await connection.ask({ what: index, signal }, (client, options) =>
    client.openPointInTime({ index, keep_alive: KEEP_ALIVE }, options),
  );
  return answer.id;
}
