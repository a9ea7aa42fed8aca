import type { Json } from "#lib/core/json";
import type { Viewer } from "#lib/core/viewer";
import type { SearchEngine } from "./engine";
import type { SearchPlan } from "./plan/plan";
import { toEnglish } from "./plan/to-english";

/** How an answer came about. */
export interface Explanation {
  /** The plan in two sentences. */
  readonly words: string;
  readonly engine: string;
  /** The engine's own query, for those who may see it, and the indices it goes to if it names them. */
  readonly query?: Json;
  readonly indices?: readonly string[];
  readonly timings: Timings;
}

export interface Timings {
  readonly parse_ms: number;
  readonly search_ms: number;
}

/** Who may see an engine's query: whoever may see all that is in an index. */
export function maySeeQuery(viewer: Viewer): boolean {
  return viewer.can("view_pii");
}

/** Explains a plan that was run. */
export function explanation(
  engine: Pick<SearchEngine, "name" | "explain">,
  plan: SearchPlan,
  { viewer, timings }: { readonly viewer: Viewer; readonly timings: Timings },
): Explanation {
  const told = { words: toEnglish(plan), engine: engine.name, timings };
  return maySeeQuery(viewer) ? { ...told, ...engine.explain(plan) } : told;
}

/** A stopwatch for `Timings`: each call gives the milliseconds since the one before. */
export function stopwatch(): () => number {
  let last = performance.now();
  return () => {
    const now = performance.now();
    const passed = Math.round((now - last) * 100) / 100;
    last = now;
    return passed;
  };
}
