import { pathOf, termsPathOf } from "#lib/elasticsearch/mapping";
import { isJsonArray, isJsonObject, type Json, type JsonObject } from "#lib/core/json";
import { formatMicroseconds } from "#lib/core/time";
import { fieldNamed } from "#lib/fields/catalogue";
import { facetKey } from "#lib/search/plan/facets";
import type { Facet } from "#lib/search/plan/plan";
import type { Bucket, Facets } from "#lib/search/result";

/**
 * Up to so many distinct values are counted exactly, or nearly. At the top it is the most that can be asked of
 * Elasticsearch, and takes 256 kB of its memory. Below, each of thousands of buckets takes 16 kB.
 */
const PRECISION_THRESHOLDS = { top: 40_000, below: 3_000 } as const;

export interface FacetSizes {
  /** Buckets that are wanted. */
  readonly size: number;
  /** Buckets that each shard tells; as long as it leaves some out, sums of several shards may be wrong. */
  readonly shardSize: number;
  /** The same for facets with others below, where each bucket costs more. */
  readonly parentShardSize: number;
}

/** Compiles facets. Terms come by count, then in the order of the terms: Elasticsearch's own order. */
export function aggregationsOf(
  facets: readonly Facet[],
  sizes: FacetSizes,
  place: keyof typeof PRECISION_THRESHOLDS = "top",
): JsonObject {
  return Object.fromEntries(facets.map((facet) => [nameOf(facet), aggregationOf(facet, sizes, place)]));
}

/** Elasticsearch refuses a few characters, which names of annotations may have. */
function nameOf(facet: Facet): string {
  return facetKey(facet).replace(/[[\]>]/g, encodeURIComponent);
}

function aggregationOf(
  facet: Facet,
  sizes: FacetSizes,
  place: keyof typeof PRECISION_THRESHOLDS,
): JsonObject {
  const field = fieldNamed(facet.field);
  if (facet.kind === "cardinality")
    return { cardinality: { field: termsPathOf(field), precision_threshold: PRECISION_THRESHOLDS[place] } };
  const below = facet.facets.length === 0 ? {} : { aggs: aggregationsOf(facet.facets, sizes, "below") };
  if (facet.kind === "terms") {
    const shardSize = facet.facets.length === 0 ? sizes.shardSize : sizes.parentShardSize;
    return {
      terms: {
        field: termsPathOf(field),
        size: sizes.size,
        shard_size: Math.max(shardSize, sizes.size),
        show_term_doc_count_error: true,
      },
      ...below,
    };
  }
  const interval =
    typeof facet.interval === "string"
      ? { date_histogram: { field: pathOf(field), calendar_interval: facet.interval, min_doc_count: 1 } }
      : { histogram: { field: pathOf(field), interval: facet.interval, min_doc_count: 1 } };
  return { ...interval, ...below };
}

/** The facets in an answer. */
export function readFacets(facets: readonly Facet[], answer: Json | undefined): Facets {
  const answers = isJsonObject(answer) ? answer : {};
  return Object.fromEntries(facets.map((facet) => [facetKey(facet), readFacet(facet, answers)]));
}

function readFacet(facet: Facet, answers: JsonObject): readonly Bucket[] | { value: number } {
  const answer = answers[nameOf(facet)];
  if (facet.kind === "cardinality")
    return { value: isJsonObject(answer) && typeof answer.value === "number" ? answer.value : 0 };
  return bucketsIn(answer).map((bucket) => {
    const read = { term: termOf(facet, bucket), count: Number(bucket.doc_count) };
    return facet.facets.length === 0 ? read : { ...read, facets: readFacets(facet.facets, bucket) };
  });
}

function termOf(facet: Facet, { key }: JsonObject): string | number {
  const { index } = fieldNamed(facet.field);
  if (index === "boolean") return key === 1 ? "T" : "F";
  if (facet.kind === "histogram" && index === "date") return formatMicroseconds(BigInt(Number(key)) * 1000n);
  return typeof key === "string" ? key : Number(key);
}

/** Whether an answer has the right terms with exact counts: no shard left one out that may belong to it. */
export function areExact(facets: readonly Facet[], answer: Json | undefined): boolean {
  const answers = isJsonObject(answer) ? answer : {};
  return facets.every((facet) => {
    if (facet.kind === "cardinality") return true;
    const buckets = bucketsIn(answers[nameOf(facet)]);
    return (
      hasRightTerms(answers[nameOf(facet)], buckets) &&
      buckets.every((bucket) => areExact(facet.facets, bucket))
    );
  });
}

/** A term that no shard told of can be as frequent as the last ones that they told of, together. */
function hasRightTerms(answer: Json | undefined, buckets: readonly JsonObject[]): boolean {
  const unseen = errorOf(answer);
  if (unseen === 0) return true;
  return buckets.every((bucket) => errorOf(bucket) === 0 && Number(bucket.doc_count) > unseen);
}

function errorOf(answer: Json | undefined): number {
  return isJsonObject(answer) ? Number(answer.doc_count_error_upper_bound ?? 0) : 0;
}

function bucketsIn(answer: Json | undefined): readonly JsonObject[] {
  return isJsonObject(answer) && isJsonArray(answer.buckets) ? answer.buckets.filter(isJsonObject) : [];
}
