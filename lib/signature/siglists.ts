import { BadSetting } from "#lib/core/errors";
import { BUILT_IN_LISTS } from "./lists/built-in";

/** The names of the four signature lists. */
export const SIGLIST_NAMES = [
  "irrelevant_signature_re",
  "prefix_signature_re",
  "signature_sentinels",
  "signatures_with_line_numbers_re",
] as const;

export type SiglistName = (typeof SIGLIST_NAMES)[number];

/** Signature lists, ready to be asked. */
export interface Siglists {
  /** Where they are from, as the debug log says it. */
  readonly origin: string;
  /** Frames that say nothing and are passed over. */
  readonly isIrrelevant: (frame: string) => boolean;
  /** Frames that belong into the signature but do not end it. */
  readonly isPrefix: (frame: string) => boolean;
  /** Frames at which the interesting part of a stack begins. */
  readonly isSentinel: (frame: string) => boolean;
  /** Functions told apart by their line. */
  readonly hasLineNumber: (frame: string) => boolean;
}

/** A list's text: an entry a line, `#` starts a comment line. */
export type SiglistTexts = Readonly<Record<SiglistName, string>>;

/**
 * Reads signature lists. Entries are regular expressions that match from the start of a frame, except
 * in the sentinels, which are exact. Throws BadSetting naming list, line and reason for an entry that is
 * none. An empty list matches every frame, as in the reference.
 */
export function parseSiglists(texts: SiglistTexts, origin: string): Siglists {
  const entries = (name: SiglistName) => parseList(name, texts[name]);
  const matcher = (name: SiglistName) => {
    const pattern = new RegExp(`^(?:${entries(name).join("|")})`);
    return (frame: string) => pattern.test(frame);
  };
  const sentinels = new Set(entries("signature_sentinels"));
  return {
    origin,
    isIrrelevant: remembering(matcher("irrelevant_signature_re")),
    isPrefix: remembering(matcher("prefix_signature_re")),
    isSentinel: (frame) => sentinels.has(frame),
    hasLineNumber: matcher("signatures_with_line_numbers_re"),
  };
}

/** The lists that come with the product. */
export function builtInSiglists(): Siglists {
  return parseSiglists(BUILT_IN_LISTS, "using included signature lists");
}

function parseList(name: SiglistName, text: string): readonly string[] {
  return text.split(/\r?\n/).flatMap((line, index) => {
    const entry = line.trim();
    if (entry === "" || entry.startsWith("#")) return [];
    try {
      new RegExp(entry);
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : "";
      throw new BadSetting(
        `SIGLISTS_DIR: ${name}.txt, line ${index + 1}: ${entry} is not a regular expression: ${why}`,
        { cause },
      );
    }
    return [entry];
  });
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
