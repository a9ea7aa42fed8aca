import { addDays, formatISO } from "date-fns";
import { UTCDate } from "@date-fns/utc";
import { concurrently } from "#lib/core/concurrently";
import { crashIdDay, type CrashId } from "#lib/core/crash-id";
import { hasCode } from "#lib/core/errors";
import { foundOrNull } from "#lib/crashstorage/found-or-null";
import type { CrashStorage } from "#lib/crashstorage/storage";
import type { SearchEngine } from "#lib/search/engine";
import type { Services } from "#lib/services";

const AT_ONCE = 8;

/** An imported crash may have been processed under a date some days from the one in its id. */
const DAYS_AROUND = 5;

/** What is missing of a crash. */
export interface WithoutResult {
  /** Those without a processed crash that can be read. */
  readonly unprocessed: ReadonlySet<CrashId>;
  /** Those that searches do not find. */
  readonly unindexed: ReadonlySet<CrashId>;
}

/** Which of some crashes, of about the same day, lack their processed crash, and which are not in the search index. */
export async function withoutResult(
  { storage, search }: Pick<Services, "storage" | "search">,
  ids: readonly CrashId[],
  signal: AbortSignal,
): Promise<WithoutResult> {
  const unprocessed = new Set<CrashId>();
  await concurrently(ids, { limit: AT_ONCE, signal }, async (id) => {
    if (!(await isProcessed(storage, id))) unprocessed.add(id);
  });
  signal.throwIfAborted();
  const indexed = await indexedOf(search, ids, signal);
  return { unprocessed, unindexed: new Set(ids.filter((id) => !indexed.has(id))) };
}

/** One that cannot be read back counts as missing: processing mends it. */
async function isProcessed(storage: CrashStorage, id: CrashId): Promise<boolean> {
  if (!storage.keeps.has("processed")) return true;
  try {
    return (await foundOrNull(storage.getUnredactedProcessed(id))) !== null;
  } catch (error) {
    if (hasCode(error, "storage_corrupt")) return false;
    throw error;
  }
}

async function indexedOf(
  search: SearchEngine,
  ids: readonly CrashId[],
  signal: AbortSignal,
): Promise<ReadonlySet<unknown>> {
  const days = ids.map(crashIdDay).sort();
  const around = (day: string | undefined, by: number) => ({
    at: `${formatISO(addDays(new UTCDate((day ?? "").replace(/(....)(..)(..)/, "$1-$2-$3T00:00:00Z")), by), { representation: "date" })}T00:00:00+00:00`,
    inclusive: true,
  });
  const { hits } = await search.search(
    {
      from: around(days[0], -DAYS_AROUND),
      to: around(days.at(-1), DAYS_AROUND + 1),
      where: {
        kind: "any",
        of: ids.map((value) => ({ kind: "test", field: "uuid", operator: "=", value })),
      },
      columns: ["uuid"],
      sort: [],
      offset: 0,
      limit: ids.length,
      facets: [],
      facetSize: 0,
    },
    signal,
  );
  return new Set(hits.map(({ uuid }) => uuid));
}
