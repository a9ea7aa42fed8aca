import { BadArgument } from "#lib/core/errors";
import { bugsOfSignatures, signaturesOfBugs, type BugAssociation } from "#lib/db/bugs";
import type { Database } from "#lib/db/database";

/** A bug and one of its signatures. */
export interface BugHit {
  readonly id: number;
  readonly signature: string;
}

const LARGEST_ID = 2 ** 31 - 1;

/** Every bug that is about one of the signatures, with all signatures it is about. */
export async function bugs(database: Database, signatures: readonly string[]): Promise<readonly BugHit[]> {
  return (await bugsOfSignatures(database, signatures)).map(bugHit);
}

/** The signatures of bugs. Throws BadArgument for an id that is no number. */
export async function signaturesByBugs(
  database: Database,
  bugIds: readonly string[],
): Promise<readonly BugHit[]> {
  const ids = bugIds.map((id) => id.trim());
  if (!ids.every((id) => /^\d+$/.test(id))) throw new BadArgument("Bad value for parameter(s) 'bug_ids'");
  const possible = ids.map(Number).filter((id) => id <= LARGEST_ID);
  return (await signaturesOfBugs(database, possible)).map(bugHit);
}

function bugHit({ bugId, signature }: BugAssociation): BugHit {
  return { id: bugId, signature };
}
