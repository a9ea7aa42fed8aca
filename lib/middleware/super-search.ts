import { Forbidden } from "#lib/core/errors";
import type { Viewer } from "#lib/core/viewer";
import type { SearchEngine } from "#lib/search/engine";
import { parseSearch } from "#lib/search/plan/parameters";
import { parametersOf } from "#lib/search/plan/request";
import type { SearchResult } from "#lib/search/result";

/** Who asks, when, and whether the asker is still there. */
export interface Asking {
  readonly viewer: Viewer;
  readonly now: Date;
  readonly signal?: AbortSignal;
  /** `unredacted` refuses names that are unknown or protected instead of passing over them. */
  readonly mode?: "public" | "unredacted";
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
): Promise<SearchResult | ReturnType<SearchEngine["explain"]>> {
  const { plan, returnQuery } = parseSearch(parametersOf(parameters), { now, viewer, mode });
  if (!returnQuery) return search.search(plan, signal);
  if (!viewer.can("view_pii"))
    throw new Forbidden("_return_query requires the 'View Personal Identifiable Information' permission");
  return search.explain(plan);
}
