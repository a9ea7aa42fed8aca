import { parseCrashId } from "#lib/core/crash-id";
import { BadArgument, Forbidden } from "#lib/core/errors";
import { PERMISSION_TITLES, type Permission, type Viewer } from "#lib/core/viewer";
import { parseSearch } from "#lib/search/plan/parameters";
import { parametersOf } from "#lib/search/plan/request";
import type { MiddlewareServices } from "#lib/services";
import { compareSiglists, type SiglistComparison } from "#lib/signature/compare-siglists";
import { readSiglists } from "#lib/signature/siglist-files";
import type { SiglistTexts } from "#lib/signature/siglists";
import { listsOnTrial, tryGrouping, type EditedSiglists } from "./grouping-trial";

/** Most crashes that are tried on while somebody waits. */
export const LARGEST_SAMPLE = 2000;

const NEEDED: Permission = "reprocess_crashes";

/** Lists on trial, and the crashes that they are tried on. */
export interface Experiment {
  readonly lists: EditedSiglists;
  /** Parameters of Super Search. */
  readonly query: URLSearchParams;
  /** How many of the newest crashes that the query finds. */
  readonly sample: number;
}

/** What came of it. */
export interface ExperimentResult {
  readonly comparison: SiglistComparison;
  /** Crashes that the query finds. */
  readonly found: number;
}

/** Why a viewer may not experiment; null for one who may. */
export function laboratoryRefusal(viewer: Viewer): string | null {
  return viewer.can(NEEDED) ? null : `This needs the permission '${PERMISSION_TITLES[NEEDED]}'.`;
}

/** The texts of the lists in use. */
export function listsInUse({ config }: Pick<MiddlewareServices, "config">): Promise<Required<SiglistTexts>> {
  return readSiglists(config.siglistsDirectory);
}

/**
 * What lists would change of the newest crashes that a query finds; nothing is changed. Throws Forbidden, BadArgument and
 * InvalidParameters for what cannot be tried, and what search and storage throw.
 */
export async function experiment(
  { config, crashData, superSearch }: Pick<MiddlewareServices, "config" | "crashData" | "superSearch">,
  { viewer, now }: { readonly viewer: Viewer; readonly now: Date },
  { lists, query, sample }: Experiment,
): Promise<ExperimentResult> {
  const refusal = laboratoryRefusal(viewer);
  if (refusal !== null) throw new Forbidden(refusal);
  if (!Number.isInteger(sample) || sample < 1 || sample > LARGEST_SAMPLE)
    throw new BadArgument(`The number of crashes must be a whole number from 1 to ${LARGEST_SAMPLE}.`);
  const onTrial = await listsOnTrial(config.siglistsDirectory, lists);
  const { plan } = parseSearch(parametersOf(query), { now, viewer, mode: "public" });
  const { hits, total } = await superSearch.search({
    ...plan,
    columns: ["uuid"],
    sort: [{ field: "date", descending: true }],
    offset: 0,
    limit: sample,
    facets: [],
  });
  const ids = hits.flatMap(({ uuid }) => (typeof uuid === "string" ? (parseCrashId(uuid) ?? []) : []));
  const comparing = compareSiglists();
  for (const { id, signature, newSignature } of (await tryGrouping(crashData, onTrial, ids)).crashes)
    comparing.add({ name: id, old: signature, new: newSignature });
  return { comparison: comparing.result(), found: total };
}
