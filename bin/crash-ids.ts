import { text } from "node:stream/consumers";
import { parseCrashId, type CrashId } from "#lib/core/crash-id";
import { BadArgument } from "#lib/core/errors";

/** Which crashes a command is for. */
export interface CrashIds {
  readonly items: Iterable<CrashId> | AsyncIterable<CrashId>;
  /** Null: not known beforehand. */
  readonly total: number | null;
}

/** How the argument is described everywhere. */
export const IDS_ARGUMENT =
  "crash ids, with or without bp-; without any they are read from the standard input, where # begins a comment";

/**
 * The crash ids of the arguments or, without any, of the standard input; each once. Throws BadArgument that names those
 * that are none, before anything is done.
 */
export async function givenCrashIds(
  given: readonly string[],
  input: NodeJS.ReadableStream = process.stdin,
): Promise<readonly CrashId[]> {
  const words = given.length > 0 ? given : wordsOf(await text(input));
  const strange = words.filter((word) => parseCrashId(word) === null);
  if (strange.length > 0)
    throw new BadArgument(
      `${strange.map((word) => `"${word}"`).join(", ")} ${strange.length === 1 ? "is not a crash id" : "are not crash ids"}. Nothing was done.`,
    );
  const ids = new Set(words.flatMap((word) => parseCrashId(word) ?? []));
  if (ids.size === 0) throw new BadArgument("There are no crash ids in the arguments or the standard input.");
  return [...ids];
}

/** The words of lines, in which `#` begins a comment. */
export function wordsOf(content: string): readonly string[] {
  return content
    .split("\n")
    .flatMap((line) => line.replace(/#.*/, "").split(/\s+/))
    .filter((word) => word !== "");
}
