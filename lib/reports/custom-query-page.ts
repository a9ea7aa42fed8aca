import { isAppError } from "#lib/core/errors";
import { customQueryAbsence, customQueryRefusal } from "#lib/middleware/custom-query";
import { parseSearch } from "#lib/search/plan/parameters";
import type { Parameters } from "#lib/search/plan/request";
import type { ReportContext } from "./ask";

/** The editor of custom queries, or why there is none. */
export type CustomQueryPage =
  | { readonly kind: "refused" | "absent"; readonly reason: string }
  | {
      readonly kind: "editor";
      /** The engine's query for the search that was asked, as JSON. */
      readonly query: string;
      /** Why that search could not be understood. */
      readonly problem: string | null;
      readonly indices: readonly string[];
    };

/** Whether there is an editor for a viewer. */
export function mayCustomise({ viewer, search }: Pick<ReportContext, "viewer" | "search">): boolean {
  return customQueryRefusal(viewer) === null && customQueryAbsence(search) === null;
}

/** Begins with the search that a page's parameters ask for. */
export async function customQueryPage(context: ReportContext, asked: Parameters): Promise<CustomQueryPage> {
  const { viewer, search } = context;
  const refusal = customQueryRefusal(viewer);
  if (refusal !== null) return { kind: "refused", reason: refusal };
  const absence = customQueryAbsence(search);
  if (!search.custom) return { kind: "absent", reason: absence ?? "" };
  const indices = (await search.custom.indices()).toReversed();
  return { kind: "editor", indices, ...generated(context, asked) };
}

function generated({ viewer, now, search }: ReportContext, asked: Parameters) {
  const explained = (parameters: Parameters) => {
    const { plan } = parseSearch(parameters, { now, viewer, mode: "form" });
    return JSON.stringify(search.explain(plan).query, null, 2);
  };
  try {
    return { query: explained(asked), problem: null };
  } catch (error) {
    if (!isAppError(error)) throw error;
    return { query: explained(new Map()), problem: error.message };
  }
}
