import { Forbidden, InvalidParameters } from "#lib/core/errors";
import type { Viewer } from "#lib/core/viewer";
import type { FieldName } from "#lib/fields/catalogue";
import { explanation, maySeeQuery, stopwatch, type Explanation } from "#lib/search/explanation";
import { encodeCursor, onlyColumns, orderOf, placeOf, withOrder } from "#lib/search/plan/cursor";
import { parseSearch } from "#lib/search/plan/parameters";
import type { SearchPlan } from "#lib/search/plan/plan";
import { given, parametersOf } from "#lib/search/plan/request";
import { searchWarnings } from "#lib/search/plan/warnings/search-warnings";
import type { Warning } from "#lib/search/plan/warnings/warning";
import type { SearchResult } from "#lib/search/result";
import type { Asked, SearchReader } from "./search-reader";

/** Who asks, when, and whether the asker is still there. */
export interface Asking {
  readonly viewer: Viewer;
  readonly now: Date;
  readonly signal?: AbortSignal;
  /** `unredacted` refuses names that are unknown or protected instead of passing over them. */
  readonly mode?: "public" | "unredacted";
  /** Has the engine asked, however recently the same was answered. */
  readonly fresh?: boolean;
}

/** A result, and what is said about it: keys that clients of the reference do not know are there only when they say something. */
export interface SearchAnswer extends SearchResult {
  readonly warnings?: readonly Warning[];
  readonly explain?: Explanation;
  /** The `_cursor` of the next page, null on the last; there for those who ask by cursor. */
  readonly next_cursor?: string | null;
}

/**
 * Super Search as a service: request parameters to an answer, or to the engine's own query when the
 * asker wants that and may see it. Throws BadArgument and InvalidParameters for what cannot be
 * understood, Forbidden, and SearchUnavailable.
 */
export async function superSearch(
  search: SearchReader,
  parameters: URLSearchParams,
  { viewer, now, signal, mode = "public", fresh = false }: Asking,
): Promise<SearchAnswer | ReturnType<SearchReader["explain"]>> {
  const lap = stopwatch();
  const asked = parametersOf(parameters);
  const options = { now, viewer, mode };
  const parsed = parseSearch(asked, options);
  if (parsed.returnQuery) {
    if (maySeeQuery(viewer)) return search.explain(parsed.plan);
    throw new Forbidden("_return_query requires the 'View Personal Identifiable Information' permission");
  }
  const warnings = searchWarnings(asked, parsed, options);
  const parse_ms = lap();
  // What is explained is timed, and a kept answer takes no time.
  const asking = { asked: fresh || parsed.explain ? undefined : { viewer, parameters: asked }, signal };
  const result = parsed.byCursor
    ? await searchByCursor(search, parsed.plan, asking)
    : await search.search(parsed.plan, asking);
  const timings = { parse_ms, search_ms: lap() };
  return {
    ...result,
    ...(warnings.length > 0 && { warnings }),
    ...(parsed.explain && { explain: explanation(search, parsed.plan, { viewer, timings }) }),
  };
}

/** A page that is looked up with the values it is sorted by, of which the last ones make the next cursor. */
async function searchByCursor(
  search: SearchReader,
  plan: SearchPlan,
  asking: { readonly asked: Asked | undefined; readonly signal: AbortSignal | undefined },
): Promise<SearchAnswer> {
  const order = orderOf(plan);
  const result = await search.search(withOrder(plan), asking);
  const last = result.hits.at(-1);
  const isFull = last !== undefined && result.hits.length === plan.limit;
  const hits = result.hits.map((hit) => onlyColumns(plan, hit));
  return { ...result, hits, next_cursor: isFull ? encodeCursor(order, placeOf(order, last)) : null };
}

/** Crashes for a machine, more than an answer holds. */
export interface CrashExport {
  readonly columns: readonly FieldName[];
  readonly batches: AsyncIterable<SearchResult["hits"]>;
}

/**
 * All crashes that request parameters ask for, for `_format`. Throws as `superSearch` does, and
 * InvalidParameters for pages, which an export has none of; what the engine refuses comes with the first batch.
 */
export function exportCrashes(
  search: Pick<SearchReader, "scan">,
  parameters: URLSearchParams,
  { viewer, now, signal, mode = "public" }: Asking,
): CrashExport {
  const asked = parametersOf(parameters);
  for (const name of ["_results_number", "_results_offset", "_cursor"])
    if (given(asked, name).length > 0)
      throw new InvalidParameters({ [name]: ["With _format all crashes that fit are given."] });
  const { plan } = parseSearch(asked, { now, viewer, mode });
  return { columns: plan.columns, batches: search.scan(plan, signal) };
}
