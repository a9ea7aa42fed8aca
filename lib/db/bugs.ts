import type { Database } from "./database";

/** A bug that is about crashes with a signature. */
export interface BugAssociation {
  readonly bugId: number;
  readonly signature: string;
}

/** Everything known of every bug that is about one of the signatures. */
export async function bugsOfSignatures(
  database: Database,
  signatures: readonly string[],
): Promise<readonly BugAssociation[]> {
  const rows = await database.client.bugAssociation.findMany({
    where: { signature: { in: [...signatures] } },
    select: { bugId: true },
    distinct: ["bugId"],
  });
  return signaturesOfBugs(
    database,
    rows.map(({ bugId }) => bugId),
  );
}

/** The signatures of bugs, by bug, then by signature. */
export async function signaturesOfBugs(
  { client }: Database,
  bugIds: readonly number[],
): Promise<readonly BugAssociation[]> {
  const rows = await client.bugAssociation.findMany({ where: { bugId: { in: [...bugIds] } } });
  // Not by the database: its order of texts is that of its locale.
  return rows.sort((one, other) => one.bugId - other.bugId || (one.signature < other.signature ? -1 : 1));
}
