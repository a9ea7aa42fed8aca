import { BadArgument, Forbidden } from "#lib/core/errors";
import { isJsonArray, isJsonObject, type Json, type JsonObject } from "#lib/core/json";
import { expressionSize } from "#lib/search/plan/expression-size";
import { LIMITS } from "#lib/search/plan/limits";

const BODY = [
  ..."query post_filter aggs aggregations size from sort _source fields docvalue_fields".split(" "),
  ..."track_total_hits track_scores min_score search_after explain version timeout terminate_after".split(
    " ",
  ),
];

/** Queries that hold no other query. */
const LEAVES = [
  ..."match_all match_none term terms range exists prefix wildcard regexp fuzzy ids match match_phrase".split(
    " ",
  ),
  ..."match_phrase_prefix match_bool_prefix multi_match query_string simple_query_string".split(" "),
];
/** Queries that hold others, and where; their other keys are plain values. */
const COMPOUNDS: Readonly<Record<string, readonly string[]>> = {
  bool: ["must", "must_not", "should", "filter"],
  constant_score: ["filter"],
  dis_max: ["queries"],
  boosting: ["positive", "negative"],
};

const AGGREGATIONS = [
  ..."terms rare_terms multi_terms histogram date_histogram auto_date_histogram range date_range missing".split(
    " ",
  ),
  ..."composite cardinality value_count min max avg sum stats extended_stats percentiles percentile_ranks".split(
    " ",
  ),
  ..."top_hits bucket_sort cumulative_sum derivative avg_bucket max_bucket min_bucket sum_bucket".split(" "),
];

/**
 * Throws Forbidden for a search body with anything that is not known to only read the indices it is sent to: scripts,
 * look-ups in other indices, other moments, bodies in disguise. What is not listed here is refused, whatever it is;
 * docs/super-search.md lists the same. Throws BadArgument for one that is too deep or asks for too much at once.
 */
export function refuseUnsafe(body: JsonObject): void {
  refuseDeep(body, 0);
  for (const [key, value] of entriesOf(body)) {
    allow("key", key, BODY);
    if (key === "query" || key === "post_filter") refuseQuery(value);
    else if (key === "aggs" || key === "aggregations") refuseAggregations(value);
    else refuseSettings(key, value);
  }
}

function refuseQuery(query: Json): void {
  for (const [kind, content] of entriesOf(query)) {
    allow("query", kind, [...LEAVES, ...Object.keys(COMPOUNDS)]);
    const inner = COMPOUNDS[kind];
    if (inner) refuseCompound(content, inner);
    else {
      // A look-up: the values of the field in a document of any index.
      if (kind === "terms" && entriesOf(content).some(([, value]) => isJsonObject(value)))
        throw refused("query", "terms with a look-up", ["terms with a list of values"]);
      refuseSettings(kind, content);
    }
  }
}

function refuseCompound(content: Json, inner: readonly string[]): void {
  for (const [key, value] of entriesOf(content)) {
    if (!inner.includes(key)) refuseSettings(key, value);
    else if (isJsonArray(value)) value.forEach(refuseQuery);
    else refuseQuery(value);
  }
}

function refuseAggregations(aggregations: Json): void {
  for (const [, aggregation] of entriesOf(aggregations))
    for (const [kind, content] of entriesOf(aggregation)) {
      if (kind === "aggs" || kind === "aggregations") refuseAggregations(content);
      else if (kind === "filter") refuseQuery(content);
      else if (kind === "filters") refuseFilters(content);
      else if (kind !== "meta") {
        allow("aggregation", kind, [...AGGREGATIONS, "filter", "filters"]);
        refuseSettings(kind, content);
      }
    }
}

function refuseFilters(content: Json): void {
  for (const [key, value] of entriesOf(content)) {
    if (key !== "filters") refuseSettings(key, value);
    else if (isJsonArray(value)) value.forEach(refuseQuery);
    else for (const [, query] of entriesOf(value)) refuseQuery(query);
  }
}

/** Keys below which there could be a script, a query, or the name of an index, anywhere in what else is said. */
const REFUSED_KEYS = [
  ..."script _script script_fields scripts init_script map_script combine_script reduce_script".split(" "),
  ..."runtime_mappings inner_hits index indices query filter nested nested_filter pit collapse".split(" "),
  ..."highlight rescore suggest knn ext like unlike indexed_shape".split(" "),
];

/** Numbers of things that are kept in memory at once. */
const SIZES = ["size", "shard_size", "from", "buckets"];

function refuseSettings(key: string, value: Json): void {
  if (typeof value === "number" && SIZES.includes(key) && value > LIMITS.window)
    throw new BadArgument(`"${key}": ${value} is too much, at most ${LIMITS.window} is accepted.`);
  // Any text may be a regular expression, as in query_string.
  if (typeof value === "string" && expressionSize(value) > LIMITS.expressionSize)
    throw new BadArgument(
      `A text in the query repeats or holds more than ${LIMITS.expressionSize} characters.`,
    );
  if (isJsonArray(value)) value.forEach((item) => refuseSettings(key, item));
  if (!isJsonObject(value)) return;
  for (const [name, content] of entriesOf(value)) {
    // The text of a query string is read by the fields of these indices only.
    const isValue = name === "query" && typeof content !== "object";
    if (REFUSED_KEYS.includes(name) && !isValue) throw refused("key", name, BODY);
    refuseSettings(name, content);
  }
}

function entriesOf(value: Json): readonly (readonly [string, Json])[] {
  if (!isJsonObject(value)) throw new BadArgument("A query and an aggregation are JSON objects.");
  return Object.entries(value).flatMap(([key, content]) => (content === undefined ? [] : [[key, content]]));
}

function refuseDeep(value: Json, depth: number): void {
  if (depth > LIMITS.customQueryDepth)
    throw new BadArgument(`The query is nested deeper than ${LIMITS.customQueryDepth} levels.`);
  const inner = isJsonArray(value) ? value : isJsonObject(value) ? Object.values(value) : [];
  for (const content of inner) if (content !== undefined) refuseDeep(content, depth + 1);
}

function allow(what: string, name: string, accepted: readonly string[]): void {
  if (!accepted.includes(name)) throw refused(what, name, accepted);
}

function refused(what: string, name: string, accepted: readonly string[]): Forbidden {
  return new Forbidden(
    `The ${what} "${name.slice(0, 100)}" is not allowed in a custom query, which may only read crashes. Allowed are: ${accepted.join(", ")}.`,
  );
}
