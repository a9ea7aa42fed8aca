import type { CrashId } from "#lib/core/crash-id";
import type { Database } from "./database";

/** A crash that was given up after the allowed number of attempts. */
export interface FailedCrash {
  readonly crashId: string;
  readonly attempts: number;
  readonly reason: string;
  readonly failedAt: Date;
}

/** Keeps that a crash was given up. */
export async function noteFailedCrash(
  { client }: Database,
  failed: Omit<FailedCrash, "crashId"> & { readonly crashId: CrashId },
): Promise<void> {
  const { crashId, ...facts } = failed;
  await client.failedCrash.upsert({ where: { crashId }, create: failed, update: facts });
}

/** Forgets that crashes were given up, since they have been processed or removed; says how many had been. */
export async function forgetFailedCrashes({ client }: Database, ids: readonly CrashId[]): Promise<number> {
  const { count } = await client.failedCrash.deleteMany({ where: { crashId: { in: [...ids] } } });
  return count;
}

/** Forgets the crashes that were given up before a moment, and says how many there were. */
export async function forgetFailedCrashesBefore({ client }: Database, moment: Date): Promise<number> {
  return (await client.failedCrash.deleteMany({ where: { failedAt: { lt: moment } } })).count;
}

/** How many were given up, and some of them, the newest first. */
export async function failedCrashes(
  { client }: Database,
  limit: number,
  offset = 0,
): Promise<{ readonly total: number; readonly newest: readonly FailedCrash[] }> {
  const [total, newest] = await Promise.all([
    client.failedCrash.count(),
    client.failedCrash.findMany({ orderBy: { failedAt: "desc" }, skip: offset, take: limit }),
  ]);
  return { total, newest };
}
