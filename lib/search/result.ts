import type { Json } from "#lib/core/json";

/** One term or interval and how many crashes have it. */
export interface Bucket {
  /**
   * Text, number, `T`/`F` for booleans. An interval of a date histogram is its beginning with the offset
   * `+00:00`: clients such as crashstats-tools know days by their ending `T00:00:00+00:00`.
   */
  readonly term: string | number;
  readonly count: number;
  readonly facets?: Facets;
}

/** `{field: buckets}`, `{histogram_field: buckets}` and `{cardinality_field: {value}}`. */
export type Facets = Readonly<Record<string, readonly Bucket[] | { readonly value: number }>>;

/** Part of the answer is missing, and why. */
export type SearchError =
  | { readonly type: "missing_index"; readonly index: string }
  | { readonly type: "shards"; readonly index: string; readonly shards_count: number };

export interface SearchResult {
  /** One flat object per crash, with exactly the columns asked for; null where there is no value. */
  readonly hits: readonly Readonly<Record<string, Json>>[];
  /** Exact number of crashes that fit, whatever the page. */
  readonly total: number;
  readonly facets: Facets;
  readonly errors: readonly SearchError[];
}
