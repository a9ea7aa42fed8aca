import type { CrashId } from "#lib/core/crash-id";
import type { Json } from "#lib/core/json";
import type { SearchDocument } from "#lib/fields/document";
import type { CustomQueries } from "./custom-query";
import type { SearchPlan } from "./plan/plan";
import type { SearchResult } from "./result";

/**
 * Finds and counts processed crashes. Indexing replaces what was there for the same crash id,
 * so doing it twice is doing it once; after `index` has resolved its documents are found by
 * `search` and survive a kill of the process.
 *
 * Every implementation runs `searchEngineContract` of conformance.ts and `scanContract` of
 * scan-conformance.ts.
 */
export interface SearchEngine {
  readonly name: string;
  /** Throws BadArgument for a pattern the engine refuses, SearchUnavailable when it cannot answer. */
  search(plan: SearchPlan, signal?: AbortSignal): Promise<SearchResult>;
  /**
   * All crashes that fit, in the order of `orderOf` (cursor.ts), in batches, whatever the plan's limit,
   * offset and facets: the hits of one moment, or of so short a time that a crash is missing or there
   * twice only when it was indexed meanwhile. Holds a batch at a time; ends when it is left or the
   * signal is aborted. Throws as `search` does, from the first batch on.
   */
  scan(plan: SearchPlan, signal?: AbortSignal): AsyncIterable<SearchResult["hits"]>;
  /** The engine's own query for a plan, as `_return_query` shows it, and the indices it would ask where it has several. */
  explain(plan: SearchPlan): { readonly query: Json; readonly indices?: readonly string[] };
  /** Queries in the engine's own words, where it takes them. */
  readonly custom?: CustomQueries;
  index(documents: readonly SearchDocument[]): Promise<void>;
  remove(ids: readonly CrashId[]): Promise<void>;
  /**
   * Removes the crashes of all days before that of a moment, in the units in which the engine can drop them: those of a
   * day or of a week that is not over by then stay. Says how many there were; with `dryRun` removes none of them.
   */
  expire(before: Date, options: { readonly dryRun: boolean }): Promise<number>;
  /** How many crashes are indexed. */
  count(): Promise<number>;
  close(): Promise<void>;
}
