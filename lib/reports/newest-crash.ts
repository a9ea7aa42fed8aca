import { ask, type ReportContext } from "./ask";

/** The id of the newest crash of the last week; null when there is none. */
export async function newestCrashId(context: ReportContext): Promise<string | null> {
  const newest = { _sort: "-date", _columns: "uuid", _results_number: 1, _facets_size: 0 };
  const { hits } = await ask(context, newest);
  const id = hits[0]?.uuid;
  return typeof id === "string" ? id : null;
}
