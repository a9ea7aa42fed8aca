import type { FieldName } from "#lib/fields/catalogue";

/**
 * What one filter asks of a value. `has` is the operator-less form: any word of a text, the
 * exact value of anything else. The others are named by their sign in a parameter.
 */
export type Operator =
  "has" | "=" | "~" | "^" | "$" | "@" | ">" | ">=" | "<" | "<=" | "__null__" | "__true__";

export type Value = string | number | boolean | null;

export type Clause =
  | { readonly kind: "all" | "any"; readonly of: readonly Clause[] }
  | { readonly kind: "not"; readonly clause: Clause }
  | { readonly kind: "test"; readonly field: FieldName; readonly operator: Operator; readonly value: Value };

export type Facet =
  | { readonly kind: "terms"; readonly field: FieldName; readonly facets: readonly Facet[] }
  | {
      readonly kind: "histogram";
      readonly field: FieldName;
      readonly interval: string | number;
      readonly facets: readonly Facet[];
    }
  | { readonly kind: "cardinality"; readonly field: FieldName };

export interface Sort {
  readonly field: FieldName;
  readonly descending: boolean;
}

/** One bound of the date range: ISO 8601 in UTC. */
export interface DateBound {
  readonly at: string;
  readonly inclusive: boolean;
}

/**
 * Everything a search means and nothing about an engine: plain JSON that has been validated.
 * Engines get only these, never request parameters.
 */
export interface SearchPlan {
  readonly from: DateBound;
  readonly to: DateBound;
  /** All filters but the dates. */
  readonly where: Clause;
  readonly columns: readonly FieldName[];
  readonly sort: readonly Sort[];
  readonly offset: number;
  readonly limit: number;
  /**
   * Hits begin after this place: a value for each of `orderOf` (cursor.ts), null for none. Totals and
   * facets take no notice of it.
   */
  readonly after?: readonly Value[];
  readonly facets: readonly Facet[];
  /** Buckets per facet at every level; 0 means no facets at all. */
  readonly facetSize: number;
}
