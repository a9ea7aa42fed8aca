import type { JsonObject } from "#lib/core/json";
import type { Connection } from "#lib/elasticsearch/connection";
import { indexList, type Indices } from "#lib/elasticsearch/indices";
import { orderOf, placeOf } from "#lib/search/plan/cursor";
import type { SearchPlan, Value } from "#lib/search/plan/plan";
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
    await connection.ask({ what: "point in time" }, (client) => client.closePointInTime({ id }));
  }
}

async function* batches(
  { connection, signal }: Scanning,
  plan: SearchPlan,
  id: string,
): AsyncGenerator<SearchResult["hits"], void> {
  const order = orderOf(plan);
  const columns = [...new Set([...plan.columns, ...order.map(({ field }) => field)])];
  let after: readonly Value[] | undefined = plan.after;
  for (;;) {
    const page: SearchPlan = {
      ...plan,
      columns,
      facets: [],
      offset: 0,
      limit: BATCH,
      ...(after === undefined ? {} : { after }),
    };
    const body = { ...searchBody(page, 0), track_total_hits: false, pit: { id, keep_alive: KEEP_ALIVE } };
    const answer = await connection.ask({ what: "point in time", signal }, (client, options) =>
      client.transport.request<JsonObject>({ method: "POST", path: "/_search", body }, options),
    );
    shardErrors(answer);
    const hits = readHits(answer, page);
    const last = hits.at(-1);
    if (last === undefined) return;
    yield readHits(answer, plan);
    signal?.throwIfAborted();
    if (hits.length < BATCH) return;
    after = placeOf(order, last);
  }
}

async function openMoment({ connection, signal }: Scanning, index: string): Promise<string> {
  const answer = await connection.ask({ what: index, signal }, (client, options) =>
    client.openPointInTime({ index, keep_alive: KEEP_ALIVE }, options),
  );
  return answer.id;
}
