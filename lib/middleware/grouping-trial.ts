import type { CrashId } from "#lib/core/crash-id";
import { concurrently } from "#lib/core/concurrently";
import { BadArgument, hasCode } from "#lib/core/errors";
import { foundOrNull } from "#lib/crashstorage/found-or-null";
import type { CrashReader } from "#lib/services";
import { crashDataFromProcessed } from "#lib/signature/crash-data";
import { generateSignature } from "#lib/signature/generate";
import { readSiglists } from "#lib/signature/siglist-files";
import { ALL_SIGLIST_NAMES, parseSiglists, type Siglists, type SiglistTexts } from "#lib/signature/siglists";
import { withinTime } from "./time-limit";

/** The signature that a stored crash has, and the one that lists on trial would give it. */
export interface TriedCrash {
  readonly id: CrashId;
  readonly signature: string;
  readonly newSignature: string;
}

/** What lists on trial make of crashes, in the order in which they were given. */
export interface GroupingTrial {
  readonly crashes: readonly TriedCrash[];
  /** Those that have no processed crash, so nothing to group by. */
  readonly unprocessed: readonly CrashId[];
}

/** Texts of lists that are others than those in use. */
export type EditedSiglists = Readonly<Partial<Record<keyof SiglistTexts, string | undefined>>>;

const AT_A_TIME = 8;

/** Lists of a year's editing take a few milliseconds for the longest stack. */
const MILLISECONDS_A_CRASH = 1000;

/**
 * Lists on trial: those that are given, and of the others those in use. Throws BadArgument that names list, line and
 * reason for an entry that cannot be used.
 */
export async function listsOnTrial(siglistsDirectory: string, edited: EditedSiglists): Promise<Siglists> {
  const used = await readSiglists(siglistsDirectory);
  const texts = Object.fromEntries(
    ALL_SIGLIST_NAMES.map((name) => [name, edited[name] ?? used[name]]),
  ) as SiglistTexts;
  try {
    return parseSiglists(texts, "using signature lists on trial");
  } catch (cause) {
    if (!hasCode(cause, "bad_siglist")) throw cause;
    throw new BadArgument(cause.message, { cause });
  }
}

/**
 * Groups stored crashes by lists on trial, as the ruleset `regenerate_signature` would, and changes nothing. Throws
 * BadArgument where the lists take too long over a crash, and what the storage throws.
 */
export async function tryGrouping(
  crashData: CrashReader,
  lists: Siglists,
  ids: readonly CrashId[],
): Promise<GroupingTrial> {
  const tried = new Map<CrashId, TriedCrash>();
  await concurrently(ids, { limit: AT_A_TIME }, async (id) => {
    const processed = await foundOrNull(crashData.getUnredactedProcessed(id));
    if (!processed) return;
    const made = withinTime(MILLISECONDS_A_CRASH, () =>
      generateSignature(crashDataFromProcessed(processed), lists),
    );
    if (!made)
      throw new BadArgument(
        `The signature of ${id} takes more than ${MILLISECONDS_A_CRASH} ms by these lists. Look for an entry with repetitions inside of repetitions, such as (a+)+.`,
      );
    tried.set(id, { id, signature: processed.signature, newSignature: made.result.signature });
  });
  return {
    crashes: ids.flatMap((id) => tried.get(id) ?? []),
    unprocessed: ids.filter((id) => !tried.has(id)),
  };
}
