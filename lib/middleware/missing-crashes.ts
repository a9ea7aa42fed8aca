import type { Database } from "#lib/db/database";
import { countMissingCrashes, missingCrashes, type MissingCrash } from "#lib/db/missing-crashes";

const PAGE_SIZE = 1000;

export interface MissingCrashPage {
  readonly crashes: readonly MissingCrash[];
  /** On all pages. */
  readonly count: number;
  /** Numbers of the neighbouring pages, counted from the one that was asked for; null at the ends. */
  readonly next: number | null;
  readonly previous: number | null;
}

/** One page of the crashes that were accepted and not processed. A page that is none is the last. */
export async function missingCrashPage(database: Database, asked: number): Promise<MissingCrashPage> {
  const count = await countMissingCrashes(database);
  const last = Math.max(1, Math.ceil(count / PAGE_SIZE));
  const page = asked >= 1 && asked <= last ? asked : last;
  return {
    crashes: await missingCrashes(database, (page - 1) * PAGE_SIZE, PAGE_SIZE),
    count,
    next: page < last ? asked + 1 : null,
    previous: page > 1 ? asked - 1 : null,
  };
}
