import { Forbidden } from "#lib/core/errors";
import type { Viewer } from "#lib/core/viewer";
import type { SearchEngine } from "#lib/search/engine";
import { explanation, maySeeQuery, stopwatch, type Explanation } from "#lib/search/explanation";
import { parseSearch } from "#lib/search/plan/parameters";
import { parametersOf } from "#lib/search/plan/request";
import { searchWarnings } from "#lib/search/plan/warnings/search-warnings";
import type { Warning } from "#lib/search/plan/warnings/warning";
import type { SearchResult } from "#lib/search/result";

/** Who asks, when, and whether the asker is still there. */
export interface Asking {
  readonly viewer: Viewer;
  readonly now: Date;
  readonly signal?: AbortSignal;
  /** `unredacted` refuses names that are unknown or protected instead of passing over them. */
  readonly mode?: "public" | "unredacted";
}

/** A result, and what is said about it: keys that clients of the reference do not know are there only when they say something. */
export interface SearchAnswer extends SearchResult {
  readonly warnings?: readonly Warning[];
  readonly explain?: Explanation;
}

/**
 * Super Search as a service: request parameters to an answer, or to the engine's own query when the
 * asker wants that and may see it. Throws BadArgument and InvalidParameters for what cannot be
 * understood, Forbidden, and SearchUnavailable.
 */
export async function superSearch(
  search: SearchEngine,
  parameters: URLSearchParams,
  { viewer, now, signal, mode = "public" }: Asking,
): Promise<SearchAnswer | ReturnType<SearchEngine["explain"]>> {
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
  const result = await search.search(parsed.plan, signal);
  const timings = { parse_ms, search_ms: lap() };
  return {
    ...result,
    ...(warnings.length > 0 && { warnings }),
    ...(parsed.explain && { explain: explanation(search, parsed.plan, { viewer, timings }) }),
  };
}
