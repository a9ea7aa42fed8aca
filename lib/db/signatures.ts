import type { Database } from "./database";

/** One processed crash's say in when its signature first appeared. */
export interface Sighting {
  readonly signature: string;
  /** Build id as a number, null when the crash has none. */
  readonly build: bigint | null;
  readonly date: Date;
}

/** When a signature was first seen. */
export interface FirstAppearance {
  readonly signature: string;
  readonly firstBuild: bigint | null;
  readonly firstDate: Date;
}

/** Keeps the smallest build and the earliest date per signature. Telling it twice changes nothing. */
export async function noteSightings({ client }: Database, sightings: readonly Sighting[]): Promise<void> {
  if (sightings.length === 0) return;
  const signatures = sightings.map(({ signature }) => signature);
  const builds = sightings.map(({ build }) => build?.toString() ?? null);
  const dates = sightings.map(({ date }) => date.toISOString());
  await client.$executeRaw`
    INSERT INTO signature (signature, first_build, first_date)
    SELECT signature, min(build::bigint), min(date::timestamptz)
    FROM unnest(${signatures}::text[], ${builds}::text[], ${dates}::text[]) AS seen (signature, build, date)
    GROUP BY signature
    ON CONFLICT (signature) DO UPDATE SET
      first_build = least(signature.first_build, excluded.first_build),
      first_date = least(signature.first_date, excluded.first_date)`;
}

/** The first appearances of the given signatures; those never seen are left out. */
export function firstAppearances(
  { client }: Database,
  signatures: readonly string[],
): Promise<readonly FirstAppearance[]> {
  return client.signature.findMany({ where: { signature: { in: [...signatures] } } });
}

/** The signatures first seen since a moment, newest first. */
export function newestSignatures(
  { client }: Database,
  since: Date,
  limit: number,
): Promise<readonly FirstAppearance[]> {
  return client.signature.findMany({
    where: { firstDate: { gte: since } },
    orderBy: { firstDate: "desc" },
    take: limit,
  });
}
