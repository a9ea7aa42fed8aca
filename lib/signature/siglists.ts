import { BUILT_IN_LISTS } from "./lists/built-in";
import { matcherOf, parseSiglist } from "./siglist-entries";

/** The names of the signature lists that there must be. */
export const SIGLIST_NAMES = [
  "irrelevant_signature_re",
  "prefix_signature_re",
  "signature_sentinels",
  "signatures_with_line_numbers_re",
] as const;

/** The name of the one that may be missing. */
export const TRIM_LIST_NAME = "trim_dll_signature_re";

/** The names of all. */
export const ALL_SIGLIST_NAMES = [...SIGLIST_NAMES, TRIM_LIST_NAME] as const;

export type SiglistName = (typeof SIGLIST_NAMES)[number];

/** Signature lists, ready to be asked. */
export interface Siglists {
  /** Where they are from, as the debug log says it. */
  readonly origin: string;
  /** Frames that say nothing and are passed over. */
  readonly isIrrelevant: (frame: string) => boolean;
  /** Frames that belong into the signature but do not end it. */
  readonly isPrefix: (frame: string) => boolean;
  /** Where the interesting part of a stack begins; -1 when there is no such frame. */
  readonly sentinelIndex: (frames: readonly string[]) => number;
  /** Functions told apart by their line. */
  readonly hasLineNumber: (frame: string) => boolean;
  /** Modules whose addresses are cut off, and which are said once. */
  readonly isTrimmed: (frame: string) => boolean;
}

/** A list's text: an entry a line, `#` starts a comment line. */
export type SiglistTexts = Readonly<
  Record<SiglistName, string> & Partial<Record<typeof TRIM_LIST_NAME, string>>
>;

/**
 * Reads signature lists. Entries are regular expressions that match from the start of a frame, except in the sentinels,
 * which are exact, and where `FRAME if OTHER` counts only in a stack that has the other frame too. An empty list matches
 * every frame, as in the reference; only without trimmed modules nothing is trimmed. Throws BadSiglist naming list, line
 * and reason for an entry that cannot be used; lists are named after `directory`, where they have one.
 */
export function parseSiglists(texts: SiglistTexts, origin: string, directory = ""): Siglists {
  const entries = (name: keyof SiglistTexts) => parseSiglist(`${directory}${name}.txt`, texts[name] ?? "");
  const matcher = (name: SiglistName) => matcherOf(entries(name));
  const trimmed = entries(TRIM_LIST_NAME);
  return {
    origin,
    isIrrelevant: remembering(matcher("irrelevant_signature_re")),
    isPrefix: remembering(matcher("prefix_signature_re")),
    sentinelIndex: sentinelFinder(entries("signature_sentinels")),
    hasLineNumber: matcher("signatures_with_line_numbers_re"),
    isTrimmed: trimmed.length === 0 ? () => false : matcherOf(trimmed),
  };
}

/** The lists that come with the product. */
export function builtInSiglists(): Siglists {
  return parseSiglists(BUILT_IN_LISTS, "using included signature lists");
}

/** No frame has this between two names: it is what is left of them without return types and arguments. */
const CONDITION = " if ";

function sentinelFinder(entries: readonly string[]): Siglists["sentinelIndex"] {
  const always = new Set(entries);
  const conditions = new Map<string, string[]>();
  for (const entry of entries.filter((text) => text.includes(CONDITION))) {
    const [frame = "", other = ""] = entry.split(CONDITION);
    conditions.set(frame, [...(conditions.get(frame) ?? []), other]);
  }
  return (frames) =>
    frames.findIndex(
      (frame) => always.has(frame) || conditions.get(frame)?.some((other) => frames.includes(other)),
    );
}

const REMEMBERED_FRAMES = 20_000;

/** The same frames come again and again; hundreds of alternatives need not be tried each time. */
function remembering(test: (frame: string) => boolean): (frame: string) => boolean {
  const known = new Map<string, boolean>();
  return (frame) => {
    const before = known.get(frame);
    if (before !== undefined) return before;
    if (known.size >= REMEMBERED_FRAMES) known.clear();
    const answer = test(frame);
    known.set(frame, answer);
    return answer;
  };
}
