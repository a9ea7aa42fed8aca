import type { CrashId } from "#lib/core/crash-id";
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

/** Keeps that crashes were found missing, also some that had been processed before. */
export async function noteMissingCrashes(
  { client }: Database,
  ids: readonly CrashId[],
  now: Date,
): Promise<void> {
  if (ids.length === 0) return;
  await client.missingProcessedCrash.updateMany({
    where: { crashId: { in: [...ids] } },
    data: { isProcessed: false },
  });
  const data = ids.map((crashId) => ({ crashId, createdAt: now }));
  await client.missingProcessedCrash.createMany({ data, skipDuplicates: true });
}

/** Some of those that are still missing, in the order in which they were found, after the one with a row number. */
export function unprocessedMissingCrashes(
  { client }: Database,
  after: number,
  limit: number,
): Promise<readonly { readonly id: number; readonly crashId: string }[]> {
  return client.missingProcessedCrash.findMany({
    where: { isProcessed: false, id: { gt: after } },
    orderBy: { id: "asc" },
    select: { id: true, crashId: true },
    take: limit,
  });
}

/** Keeps that crashes that were missing have been processed since. */
export async function noteCrashesProcessed({ client }: Database, ids: readonly CrashId[]): Promise<void> {
  await client.missingProcessedCrash.updateMany({
    where: { crashId: { in: [...ids] } },
    data: { isProcessed: true },
  });
}

/** Forgets that crashes were missing, since they have been removed. */
export async function forgetMissingCrashes({ client }: Database, ids: readonly CrashId[]): Promise<void> {
  await client.missingProcessedCrash.deleteMany({ where: { crashId: { in: [...ids] } } });
}
