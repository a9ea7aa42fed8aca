import { setTimeout as wait } from "node:timers/promises";
import { SearchUnavailable } from "#lib/core/errors";
import type { JsonObject } from "#lib/core/json";
import { formatDate } from "#lib/core/time";
import { openConnection, orNull, type Connection } from "#lib/elasticsearch/connection";
import { sourceOf } from "#lib/elasticsearch/documents";
import { shardFailures } from "#lib/elasticsearch/failures";
import { indexList, openIndices, type Indices } from "#lib/elasticsearch/indices";
import { locate, removeDocuments, writeDocuments } from "#lib/elasticsearch/write";
import type { SearchDocument } from "#lib/fields/document";
import { timedOut } from "#lib/search/costly";
import type { SearchEngine } from "#lib/search/engine";
import { LIMITS } from "#lib/search/plan/limits";
import type { SearchPlan } from "#lib/search/plan/plan";
import type { SearchError, SearchResult } from "#lib/search/result";
import { areExact, readFacets } from "./aggregations";
import { readHits, readTotal, searchBody } from "./body";
import { customQueries } from "./custom";
import { scanIndices } from "./scan";
import { isCutOff, missingIndex, searchError, shardErrors } from "./search-errors";

export interface ElasticsearchOptions {
  /** With `USER:PASSWORD@` where the server asks for them. */
  readonly url: string;
  /** The name of the index of a day, such as `socorro%Y%W`. */
  readonly index: string;
  readonly shards: number;
  /** 30 unless given. */
  readonly timeoutSeconds?: number;
  readonly now?: () => Date;
}

/** How many terms of a facet each shard tells: at first enough for nearly every search, and all of them where it is not. */
const SHARD_SIZES = [
  { shardSize: 10_000, parentShardSize: 1_000 },
  { shardSize: 2 ** 31 - 1, parentShardSize: 2 ** 31 - 1 },
] as const;

/** As long as crashes are kept; that an older index is not there is no news. */
const RETENTION_DAYS = 26 * 7;

/**
 * The search engine in Elasticsearch: an index per week, from the field catalogue. Opening sends nothing, so
 * the server may come later. Throws BadSetting for an `index` that makes no index names.
 */
export function openElasticsearchEngine(options: ElasticsearchOptions): SearchEngine {
  const { url, index, shards, timeoutSeconds = LIMITS.searchSeconds, now = () => new Date() } = options;
  const connection = openConnection({ url, timeoutSeconds, unavailable });
  const indices = openIndices(connection, { template: index, shards });
  const indicesOf = ({ from, to }: SearchPlan) => indices.names.between(from.at, to.at);
  /** Those of some missing indices that should be there. */
  const missed = (missing: readonly string[]): readonly SearchError[] => {
    const latest = now();
    const earliest = new Date(latest.getTime() - RETENTION_DAYS * 86_400_000);
    const kept = indices.names.between(formatDate(earliest), formatDate(latest));
    return missing
      .filter((name) => kept.includes(name))
      .map((name) => ({ type: "missing_index", index: name }));
  };

  return {
    name: "elasticsearch",
    async search(plan, signal) {
      signal?.throwIfAborted();
      try {
        const { result, missing } = await searchExisting(
          { connection, indices, signal },
          plan,
          indicesOf(plan),
        );
        return { ...result, errors: [...missed(missing), ...result.errors] };
      } catch (error) {
        signal?.throwIfAborted();
        throw searchError(error);
      }
    },
    scan: (plan, signal) => scanIndices({ connection, indices, signal }, plan, indicesOf(plan)),
    explain: (plan) => ({ query: searchBody(plan, SHARD_SIZES[0]), indices: indicesOf(plan) }),
    custom: customQueries(connection, indices),
    index: (documents) => writeVisibly(connection, indices, documents),
    async remove(ids) {
      if (ids.length === 0) return;
      const places = await locate({ connection, indices }, ids);
      if (places.length === 0) return;
      await removeDocuments({ connection, indices }, places);
      await indices.refresh([...new Set(places.map((place) => place.index))]);
    },
    async expire(before, { dryRun }) {
      const expired = await indices.expired(before);
      let count = 0;
      for (const name of expired) count += await countIn(connection, [name], indices);
      if (!dryRun) await indices.drop(expired);
      return count;
    },
    count: async () => countIn(connection, await indices.own(), indices),
    close: () => connection.close(),
  };
}

async function countIn(connection: Connection, names: readonly string[], indices: Indices): Promise<number> {
  if (names.length === 0) return 0;
  const list = indexList(names, indices.names);
  const answer = await orNull(connection.ask({ what: list }, (client) => client.count({ index: list })));
  return answer?.count ?? 0;
}

function unavailable(_what: string, cause: Error): SearchUnavailable {
  return new SearchUnavailable("The search index cannot answer now. Try again in a moment.", { cause });
}

async function writeVisibly(
  connection: Connection,
  indices: Indices,
  documents: readonly SearchDocument[],
): Promise<void> {
  const byId = new Map(documents.map((document) => [document.uuid, document]));
  const placed = [...byId.values()].map((document) => {
    return { id: document.uuid, index: indices.names.at(document.date), source: sourceOf(document) };
  });
  const touched = [...new Set(placed.map(({ index }) => index))];
  for (const name of touched) await indices.prepare(name);
  await writeDocuments({ connection, indices }, placed);
  if (touched.length > 0) await indices.refresh(touched);
}

interface Asker {
  readonly connection: Connection;
  readonly indices: Indices;
  readonly signal: AbortSignal | undefined;
}

/** Searches those of some indices that are there; which are not is asked only when one turns out to be missing. */
async function searchExisting(
  asker: Asker,
  plan: SearchPlan,
  wanted: readonly string[],
): Promise<{ readonly result: SearchResult; readonly missing: readonly string[] }> {
  try {
    return { result: await searchAll(asker, plan, wanted), missing: [] };
  } catch (error) {
    const index = missingIndex(error);
    const name = index === null ? null : asker.indices.names.generationOf(index)?.name;
    if (name === null || name === undefined || !wanted.includes(name)) throw error;
  }
  const existing = await asker.indices.existing(wanted, asker.signal);
  const missing = wanted.filter((name) => !existing.includes(name));
  return { result: await searchAll(asker, plan, existing), missing };
}

async function searchAll(asker: Asker, plan: SearchPlan, names: readonly string[]): Promise<SearchResult> {
  if (names.length === 0)
    return { hits: [], total: 0, facets: readFacets(plan.facets, undefined), errors: [] };
  const index = indexList(names, asker.indices.names);
  const answer = await ask(asker, index, searchBody(plan, SHARD_SIZES[0]));
  const counted = areExact(plan.facets, answer.aggregations)
    ? answer
    : await ask(asker, index, { ...searchBody(plan, SHARD_SIZES[1]), from: 0, size: 0 });
  return {
    hits: readHits(answer, plan),
    total: readTotal(answer),
    facets: readFacets(plan.facets, counted.aggregations),
    errors: shardErrors(answer, asker.indices.names),
  };
}

/** Before a search is asked again; the server needs a moment until all of it knows of the switch. */
const WAITS_MS = [50, 200, 500];

/** A search that the switch to an index's next generation cut off is asked again; it finds the same there. */
async function ask({ connection, signal }: Asker, index: string, body: JsonObject): Promise<JsonObject> {
  for (let failures = 0; ; failures += 1) {
    const isLast = failures === WAITS_MS.length;
    try {
      const answer = await connection.ask({ what: index, signal, timedOut }, (client, options) =>
        client.transport.request<JsonObject>(
          { method: "POST", path: `/${encodeURIComponent(index)}/_search`, body },
          options,
        ),
      );
      if (isLast || !isCutOff(shardFailures(answer))) return answer;
    } catch (error) {
      if (isLast || !isCutOff(error)) throw error;
    }
    await wait(WAITS_MS[failures], undefined, signal ? { signal } : {});
  }
}
