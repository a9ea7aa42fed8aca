import { formatDate } from "#lib/core/time";
import type { Database } from "#lib/db/database";
import { failedCrashes, type FailedCrash } from "#lib/db/failed-crashes";

/** A crash that was given up; the date is ISO 8601. */
export type GivenUpCrash = Omit<FailedCrash, "failedAt"> & { readonly failedAt: string };

/** One page of the crashes that were given up, the newest first. */
export interface QuarantinePage {
  readonly total: number;
  readonly page: number;
  readonly pages: number;
  readonly crashes: readonly GivenUpCrash[];
}

const PAGE_SIZE = 100;

/** A page of it; one that there is none of is the first or the last. */
export async function quarantinePage(database: Database, asked: number): Promise<QuarantinePage> {
  const { total } = await failedCrashes(database, 0);
  const pages = Math.max(1, Math.ceil(total / PAGE_SIZE));
  const page = Math.min(Math.max(1, Number.isSafeInteger(asked) ? asked : 1), pages);
  const { newest } = await failedCrashes(database, PAGE_SIZE, (page - 1) * PAGE_SIZE);
  return {
    total,
    page,
    pages,
    crashes: newest.map((crash) => ({ ...crash, failedAt: formatDate(crash.failedAt) })),
  };
}
