import { BadArgument } from "#lib/core/errors";
import type { Database } from "#lib/db/database";
import { redirectsOf, saveRegrouping, type SignatureRedirect } from "#lib/db/signature-redirects";
import { readSiglists } from "#lib/signature/siglist-files";
import { ALL_SIGLIST_NAMES, type SiglistTexts } from "#lib/signature/siglists";

/** How many crashes of a signature have which one by other lists; the same where they keep it. */
export interface SignatureMove {
  readonly signature: string;
  readonly newSignature: string;
  readonly crashes: number;
}

/** A regrouping that is to be made known before its crashes are processed again. */
export interface PlannedRegrouping {
  /** Tells it from all others. */
  readonly name: string;
  /** Those that it was planned with. */
  readonly siglists: SiglistTexts;
  /** All of every signature that loses crashes. */
  readonly moves: readonly SignatureMove[];
  readonly at: Date;
}

/**
 * Keeps old signatures as redirects, and has bugs about them be about the new ones, too. The same again changes nothing.
 * Throws BadArgument, having done nothing, when the lists are not those in use: the crashes would get other signatures.
 */
export async function makeRegroupingKnown(
  database: Database,
  siglistsDirectory: string,
  { name, siglists, moves, at }: PlannedRegrouping,
): Promise<{ readonly redirects: number; readonly bugs: number }> {
  await refuseOtherLists(siglistsDirectory, siglists);
  const redirects = redirectsFrom(moves);
  const bugs = redirects.length === 0 ? 0 : await saveRegrouping(database, { name, redirects, at });
  return { redirects: redirects.length, bugs };
}

/** Where the crashes of signatures went when they were grouped anew; those that got most first. */
export function signatureRedirects(
  database: Database,
  signatures: readonly string[],
): Promise<readonly SignatureRedirect[]> {
  return redirectsOf(database, signatures);
}

function redirectsFrom(moves: readonly SignatureMove[]): readonly SignatureRedirect[] {
  const kept = new Set(
    moves.flatMap(({ signature, newSignature }) => (signature === newSignature ? [signature] : [])),
  );
  return moves
    .filter(({ signature, newSignature }) => signature !== newSignature)
    .map((move) => ({ ...move, movedAll: !kept.has(move.signature) }));
}

async function refuseOtherLists(siglistsDirectory: string, planned: SiglistTexts): Promise<void> {
  const used = await readSiglists(siglistsDirectory);
  const others = ALL_SIGLIST_NAMES.filter((name) => entriesOf(planned[name]) !== entriesOf(used[name]));
  if (others.length === 0) return;
  throw new BadArgument(
    `The server uses other lists of these: ${others.join(", ")}. Put the new ones into the folder of its setting SIGLISTS_DIR and start it again, then apply them. Nothing was changed.`,
  );
}

/** Comments and blanks say nothing. */
function entriesOf(text = ""): string {
  const lines = text.split("\n").map((line) => line.trim());
  return lines.filter((line) => line !== "" && !line.startsWith("#")).join("\n");
}
