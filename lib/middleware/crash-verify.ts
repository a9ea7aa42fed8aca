import { addDays, formatISO } from "date-fns";
import { UTCDate } from "@date-fns/utc";
import { crashIdDay, type CrashId } from "#lib/core/crash-id";
import { anonymous } from "#lib/core/viewer";
import { foundOrNull } from "#lib/crashstorage/found-or-null";
import type { Services } from "#lib/services";
import type { SearchReader } from "./search-reader";
import { superSearch } from "./super-search";

/** Where something is kept of a crash. */
export interface CrashWhereabouts {
  readonly uuid: CrashId;
  readonly raw_crash: boolean;
  readonly processed_crash: boolean;
  readonly elasticsearch_crash: boolean;
  readonly telemetry_crash: boolean;
}

/** Looks a crash up everywhere. There is no store of crashes for telemetry, so none is ever there. */
export async function verifyCrash(
  { crashData, superSearch: search }: Pick<Services, "crashData" | "superSearch">,
  id: CrashId,
  now: Date,
): Promise<CrashWhereabouts> {
  const [raw, processed, indexed] = await Promise.all([
    foundOrNull(crashData.getRaw(id)),
    foundOrNull(crashData.getUnredactedProcessed(id)),
    isIndexed(search, id, now),
  ]);
  return {
    uuid: id,
    raw_crash: raw !== null,
    processed_crash: processed !== null,
    elasticsearch_crash: indexed,
    telemetry_crash: false,
  };
}

/** A crash of any age is found: the day is in its id, give or take one for imported dates. */
async function isIndexed(search: SearchReader, id: CrashId, now: Date): Promise<boolean> {
  const day = new UTCDate(crashIdDay(id).replace(/^(....)(..)(..)$/, "$1-$2-$3T00:00:00Z"));
  const date = (days: number) => formatISO(addDays(day, days), { representation: "date" });
  const parameters = new URLSearchParams([
    ["uuid", id],
    ["date", `>=${date(-1)}`],
    ["date", `<${date(2)}`],
    ["_results_number", "0"],
    ["_facets_size", "0"],
  ]);
  const answer = await superSearch(search, parameters, { viewer: anonymous, now, fresh: true });
  return "total" in answer && answer.total > 0;
}
