import type { JsonObject } from "#lib/core/json";
import type { Connection } from "#lib/elasticsearch/connection";
import { shardFailures } from "#lib/elasticsearch/failures";
import { indexList, type Indices } from "#lib/elasticsearch/indices";
import { onlyColumns, orderOf, placeOf, withOrder } from "#lib/search/plan/cursor";
import type { SearchPlan } from "#lib/search/plan/plan";
import type { SearchResult } from "#lib/search/result";
import { readHits, searchBody } from "./body";
import { isCutOff, searchError, shardErrors } from "./search-errors";

const BATCH = 1_000;
/** For how long the server keeps the moment that is read, from one batch to the next. */
const KEEP_ALIVE = "5m";

interface Scanning {
  readonly connection: Connection;
  readonly indices: Indices;
  readonly signal: AbortSignal | undefined;
}

/**
 * Reads all that fits at one moment (a point in time), a batch after the other by the place of the last crash. Where the
 * switch to an index's next generation ends the moment, it goes on with a later one.
 */
export async function* scanIndices(
  scanning: Scanning,
  plan: SearchPlan,
  wanted: readonly string[],
): AsyncGenerator<SearchResult["hits"], void> {
  let page: SearchPlan = { ...withOrder(plan), facets: [], offset: 0, limit: BATCH };
  for (let failures = 0; ; failures += 1)
    try {
      for await (const hits of moment(scanning, page, wanted)) {
        page = pageAfter(plan, page, hits);
        yield hits.map((hit) => onlyColumns(plan, hit));
        scanning.signal?.throwIfAborted();
        failures = 0;
      }
      return;
    } catch (error) {
      scanning.signal?.throwIfAborted();
      if (failures === MOST_FAILURES || !(error instanceof CutOff || isCutOff(error)))
        throw searchError(error);
    }
}

const MOST_FAILURES = 3;

/** An answer lacks what an index had that was deleted meanwhile. */
class CutOff extends Error {}

function pageAfter(plan: SearchPlan, page: SearchPlan, hits: SearchResult["hits"]): SearchPlan {
  const last = hits.at(-1);
  return last === undefined ? page : { ...page, after: placeOf(orderOf(plan), last) };
}

async function* moment(
  scanning: Scanning,
  page: SearchPlan,
  wanted: readonly string[],
): AsyncGenerator<SearchResult["hits"], void> {
  const { connection, indices, signal } = scanning;
  signal?.throwIfAborted();
  const names = await indices.existing(wanted, signal);
  if (names.length === 0) return;
  const id = await openMoment(scanning, indexList(names, indices.names));
  try {
    yield* batches(scanning, page, id);
  } finally {
    // One that cannot be closed ends by itself, and must not hide why the scan ended.
    await connection
      .ask({ what: "point in time" }, (client) => client.closePointInTime({ id }))
      .catch(() => undefined);
  }
}

async function* batches(
  { connection, indices, signal }: Scanning,
  first: SearchPlan,
  id: string,
): AsyncGenerator<SearchResult["hits"], void> {
  let page = first;
  for (;;) {
    const body = {
      ...searchBody(page, { shardSize: 0, parentShardSize: 0 }),
      track_total_hits: false,
      pit: { id, keep_alive: KEEP_ALIVE },
    };
    const answer = await connection.ask({ what: "point in time", signal }, (client, options) =>
      client.transport.request<JsonObject>({ method: "POST", path: "/_search", body }, options),
    );
    const failed = shardFailures(answer);
    if (isCutOff(failed)) throw new CutOff();
    shardErrors(answer, indices.names);
    const hits = readHits(answer, page);
    if (hits.length > 0) yield hits;
    if (hits.length < BATCH) return;
    page = pageAfter(first, page, hits);
  }
}

async function openMoment({ connection, signal }: Scanning, index: string): Promise<string> {
  const answer = await connection.ask({ what: index, signal }, (client, options) =>
    client.openPointInTime({ index, keep_alive: KEEP_ALIVE }, options),
  );
  return answer.id;
}
