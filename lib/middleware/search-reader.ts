import { PERMISSIONS, type Viewer } from "#lib/core/viewer";
import type { SearchEngine } from "#lib/search/engine";
import type { SearchPlan } from "#lib/search/plan/plan";
import { given, type Parameters } from "#lib/search/plan/request";
import type { SearchResult } from "#lib/search/result";
import type { AnswerCache } from "./answer-cache";

/** Who asked for what; together with the plan that was made of it, it says which answers are the same. */
export interface Asked {
  readonly viewer: Viewer;
  readonly parameters: Parameters;
  /** How long the answer may be given again; 300 unless given. */
  readonly keepSeconds?: number | undefined;
}

/** A search engine for those who only read. */
export interface SearchReader extends Pick<SearchEngine, "name" | "scan" | "explain" | "count" | "custom"> {
  /**
   * As the engine's. With `asked` the answer may be as old as `keepSeconds`, where the crashes were indexed by another
   * process: with a date range that ends now, its end is that much in the past.
   */
  search(
    plan: SearchPlan,
    asking?: { readonly asked?: Asked | undefined; readonly signal?: AbortSignal | undefined },
  ): Promise<SearchResult>;
}

/** How long the API's clients keep answers, too. */
const KEEP_SECONDS = 300;

/** An engine whose complete answers are kept for a short time, for each group of viewers that may see the same. */
export function searchReader(engine: SearchEngine, cache: AnswerCache): SearchReader {
  return {
    name: engine.name,
    scan: (plan, signal) => engine.scan(plan, signal),
    explain: (plan) => engine.explain(plan),
    count: () => engine.count(),
    ...(engine.custom ? { custom: engine.custom } : {}),
    search(plan, { asked, signal } = {}) {
      if (!asked) return engine.search(plan, signal);
      const { keepSeconds: seconds = KEEP_SECONDS } = asked;
      const isKept = ({ errors }: SearchResult) => errors.every(({ type }) => type === "missing_index");
      return cache.answer(keyOf(plan, asked), { seconds, isKept, signal }, (stop) =>
        engine.search(plan, stop),
      );
    },
  };
}

/** The plan says everything but the dates, which move on with the time; what was asked says which dates are meant. */
function keyOf(plan: SearchPlan, { viewer, parameters }: Asked): string {
  return JSON.stringify({
    may: PERMISSIONS.filter((permission) => viewer.can(permission)),
    dates: given(parameters, "date"),
    query: given(parameters, "_query"),
    plan: { ...plan, from: null, to: null },
  });
}

/** An engine whose writes make `onWritten` known, whether they succeed or not. */
export function announcingWrites(engine: SearchEngine, onWritten: () => void): SearchEngine {
  const announced = <Arguments extends readonly unknown[], T>(write: (...given: Arguments) => Promise<T>) => {
    return async (...given: Arguments): Promise<T> => {
      try {
        return await write(...given);
      } finally {
        onWritten();
      }
    };
  };
  return {
    ...engine,
    index: announced((documents) => engine.index(documents)),
    remove: announced((ids) => engine.remove(ids)),
    expire: announced((before, options) => engine.expire(before, options)),
  };
}
