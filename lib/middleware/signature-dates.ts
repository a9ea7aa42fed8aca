import { formatDate } from "#lib/core/time";
import type { Database } from "#lib/db/database";
import { firstAppearances } from "#lib/db/signatures";

/** Since when there are crashes with a signature. */
export interface SignatureFirstDate {
  readonly signature: string;
  /** Null when no crash with it told its build. */
  readonly first_build: string | null;
  readonly first_date: string;
}

/** When signatures were first seen; those never seen are left out. */
export async function signatureFirstDates(
  database: Database,
  signatures: readonly string[],
): Promise<readonly SignatureFirstDate[]> {
  const found = await firstAppearances(database, signatures);
  return found.map(({ signature, firstBuild, firstDate }) => ({
    signature,
    first_build: firstBuild?.toString() ?? null,
    first_date: formatDate(firstDate),
  }));
}
