import { addDays } from "date-fns";
import { crashIdDay, type CrashId } from "#lib/core/crash-id";
import { hasCode } from "#lib/core/errors";
import type { CrashStorage } from "#lib/crashstorage/storage";
import { leavesOf } from "#lib/crashstorage/store-tree";
import { forgetFailedCrashes } from "#lib/db/failed-crashes";
import { forgetMissingSymbols } from "#lib/db/missing-symbols";
import type { CrashQueue } from "#lib/queue/queue";
import type { SearchEngine } from "#lib/search/engine";
import type { Services } from "#lib/services";

/**
 * `removed`: it had something of the crash, which is gone. `not there`: it had nothing. `not possible`: it cannot take
 * the crash out; the reason tells what comes of that. `failed`: it may still have something.
 */
export type RemovalOutcome = "removed" | "not there" | "not possible" | "failed";

/** What one store said. */
export interface RemovalEntry {
  readonly store: string;
  readonly outcome: RemovalOutcome;
  /** ISO 8601 in UTC: when the store had answered. */
  readonly at: string;
  readonly reason?: string;
}

/** What is left to show that a crash was removed. */
export interface RemovalReceipt {
  readonly crash_id: CrashId;
  readonly started_at: string;
  readonly ended_at: string;
  /** Whether no store failed. */
  readonly complete: boolean;
  readonly stores: readonly RemovalEntry[];
}

export type RemovalServices = Pick<Services, "storage" | "queue" | "search" | "database" | "elsewhere">;

type Removal = () => Promise<Pick<RemovalEntry, "outcome" | "reason">>;
type NamedRemoval = readonly [store: string, removal: Removal];

/**
 * Removes a crash from wherever it is: the queue first, so that nothing makes it anew, then every store of the crash
 * storage by itself, the search index, what services read from instead of those, and the database. A store that fails
 * stands in the receipt and does not keep the others from being asked; doing it again is safe.
 */
export async function removeCrash(
  id: CrashId,
  { storage, queue, search, database, elsewhere }: RemovalServices,
  now: () => Date,
): Promise<RemovalReceipt> {
  const removals: readonly NamedRemoval[] = [
    [`queue: ${queue.name}`, () => removeFromQueue(id, queue)],
    ...removalsFrom("crash storage", storage, id),
    [`search index: ${search.name}`, () => removeFromIndex(id, search)],
    ...(elsewhere.storage ? removalsFrom("crash_data service", elsewhere.storage, id) : []),
    ...(elsewhere.search ? [removalFromService(elsewhere.search, id)] : []),
    [
      "database: failed crashes",
      async () => ({ outcome: removedIf(await forgetFailedCrashes(database, [id])) }),
    ],
    [
      "database: missing symbols",
      async () => ({ outcome: removedIf(await forgetMissingSymbols(database, [id])) }),
    ],
  ];
  const started_at = now().toISOString();
  const stores: RemovalEntry[] = [];
  for (const [store, removal] of removals) {
    const said = await removal().catch(refusalOf);
    stores.push({ store, ...said, at: now().toISOString() });
  }
  const complete = stores.every(({ outcome }) => outcome !== "failed");
  return { crash_id: id, started_at, ended_at: now().toISOString(), complete, stores };
}

function removalsFrom(what: string, storage: CrashStorage, id: CrashId): readonly NamedRemoval[] {
  return leavesOf(storage).map(({ where, storage: leaf }) => {
    const removal: Removal = async () => {
      await leaf.remove(id);
      return { outcome: "removed" };
    };
    return [`${what}: ${where}`, removal];
  });
}

function removalFromService(search: SearchEngine, id: CrashId): NamedRemoval {
  return [`super_search service: ${search.name}`, () => removeFromIndex(id, search)];
}

function removedIf(count: number): RemovalOutcome {
  return count > 0 ? "removed" : "not there";
}

function refusalOf(error: unknown): Pick<RemovalEntry, "outcome" | "reason"> {
  if (hasCode(error, "crash_id_not_found")) return { outcome: "not there" };
  const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return { outcome: "failed", reason };
}

async function removeFromQueue(id: CrashId, queue: CrashQueue): ReturnType<Removal> {
  if (queue.withdraw) return { outcome: removedIf(await queue.withdraw(id)) };
  return {
    outcome: "not possible",
    reason: "this queue cannot take tasks out; a task of this crash is dropped when its turn comes",
  };
}

/** An index does not say whether it had a document; the days around the one in the crash's id do. */
async function removeFromIndex(id: CrashId, search: SearchEngine): ReturnType<Removal> {
  const day = new Date(crashIdDay(id).replace(/(\d{4})(\d{2})(\d{2})/, "$1-$2-$3T00:00:00Z"));
  const { total } = await search.search({
    from: { at: addDays(day, -1).toISOString(), inclusive: true },
    to: { at: addDays(day, 2).toISOString(), inclusive: false },
    where: { kind: "test", field: "uuid", operator: "=", value: id },
    columns: ["uuid"],
    sort: [],
    offset: 0,
    limit: 0,
    facets: [],
    facetSize: 0,
  });
  await search.remove([id]);
  return { outcome: removedIf(total) };
}
