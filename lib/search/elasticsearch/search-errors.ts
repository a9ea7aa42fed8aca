import { BadArgument, type AppError } from "#lib/core/errors";
import type { JsonObject } from "#lib/core/json";
import { refusal } from "#lib/elasticsearch/connection";
import { causesIn, shardFailures } from "#lib/elasticsearch/failures";
import type { IndexNames } from "#lib/elasticsearch/index-names";
import { tooComplex } from "#lib/search/costly";
import type { SearchError } from "#lib/search/result";

/** The errors for searches that no server should be asked. */
const TOO_COMPLEX = [
  "too_complex_to_determinize_exception",
  "too_many_clauses",
  "too_many_nested_clauses",
  "too_many_buckets_exception",
  "circuit_breaking_exception",
];

/**
 * The contract's error for a refused search; any other error as it is. A search that was tried again for seconds, and for
 * which the server never had the memory, asks for too much.
 */
export function searchError(error: unknown): unknown {
  const refused = refusal(error) ?? refusal(error instanceof Error ? error.cause : null);
  return (refused && badArgument(refused.body, error)) ?? error;
}

/** What shards failed at, by index. Throws BadArgument when it is the query that is wrong. */
export function shardErrors(answer: JsonObject, names: IndexNames): readonly SearchError[] {
  const failures = shardFailures(answer);
  const refused = badArgument(failures, null);
  if (refused) throw refused;
  const counts = new Map<string, number>();
  for (const { index } of failures) {
    if (typeof index !== "string") continue;
    const name = names.generationOf(index)?.name ?? index;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts].map(([index, count]) => ({ type: "shards", index, shards_count: count }));
}

/** What is said of an index that was deleted in the middle of a search. */
const CUT_OFF = [
  "already_closed_exception",
  "illegal_index_shard_state_exception",
  "index_closed_exception",
  "index_not_found_exception",
  "no_shard_available_action_exception",
  "search_context_missing_exception",
  "shard_not_found_exception",
];

/** Whether an error, or an answer, comes of an index that was deleted while it was searched: its next generation is there. */
export function isCutOff(from: unknown): boolean {
  if (!(from instanceof Error)) return causesIn(from).some(({ type }) => CUT_OFF.includes(type));
  return isCutOff(refusal(from)?.body) || (from.cause instanceof Error && isCutOff(from.cause));
}

/** The index that a search asked for and that is not there; null for any other error. */
export function missingIndex(error: unknown): string | null {
  const refused = refusal(error);
  if (refused?.status !== 404) return null;
  return causesIn(refused.body).find(({ type }) => type === "index_not_found_exception")?.index ?? null;
}

function badArgument(body: unknown, cause: unknown): AppError | null {
  const causes = causesIn(body);
  if (causes.some(({ type, reason }) => TOO_COMPLEX.includes(type) || /too deep|nested depth/.test(reason)))
    return tooComplex(cause);
  const refused = causes.some(({ type }) => type === "query_shard_exception");
  if (!refused || !causes.some(({ type }) => type === "illegal_argument_exception")) return null;
  const reason = causes.find(({ type }) => type === "illegal_argument_exception")?.reason ?? "";
  return new BadArgument(`Bad value for parameter(s) 'Malformed supersearch query: ${reason}'`, { cause });
}
