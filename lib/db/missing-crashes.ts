import type { Database } from "./database";

/** A crash that was accepted, but had no processed crash when that was looked into. */
export interface MissingCrash {
  readonly crashId: string;
  /** It has been processed since. */
  readonly isProcessed: boolean;
  readonly createdAt: Date;
}

/** How many are known. */
export function countMissingCrashes({ client }: Database): Promise<number> {
  return client.missingProcessedCrash.count();
}

/** Some of them, in the order in which they were found. */
export function missingCrashes(
  { client }: Database,
  offset: number,
  limit: number,
): Promise<readonly MissingCrash[]> {
  return client.missingProcessedCrash.findMany({ orderBy: { id: "asc" }, skip: offset, take: limit });
}
