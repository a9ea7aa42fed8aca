import { AppError } from "#lib/core/errors";

/** A signature list that cannot be used. The message names the list, where there is one the line, and what is wrong. */
export class BadSiglist extends AppError {
  override readonly name = "BadSiglist";
  readonly code = "bad_siglist";
  readonly status = 500;
}

/** Of the dialect in which lists are shared, what JavaScript takes for something else without a word. */
const OTHER_MEANING: readonly (readonly [RegExp, string])[] = [
  [/(?<!\\)(?:\\\\)*\\[AZ]/, "\\A and \\Z are not known here; write ^ and $"],
  [/(?<!\\)(?:\\\\)*\\[1-9]/, "entries are joined into one expression, where groups have other numbers"],
  [/\(\?<[^=!]/, "entries are joined into one expression, where groups have no names"],
  [/(?<!\\)\{,\d+\}/, "{,n} is not known here; write {0,n}"],
];

/** An entry that matches all of these matches whatever a stack has. */
const FRAMES_WITHOUT_LIKENESS = ["a", "~", "@0x1"];

/**
 * The entries of a list's text: a line each, without blanks around it; empty lines and those that begin with `#` are none.
 * `file` is how messages name the list. Throws BadSiglist for an entry that is no regular expression, that means something
 * else in the dialect of the reference, or that matches every frame.
 */
export function parseSiglist(file: string, text: string): readonly string[] {
  return text.split("\n").flatMap((line, index) => {
    const entry = line.trim();
    if (entry === "" || entry.startsWith("#")) return [];
    const wrong = whatIsWrong(entry);
    if (wrong !== null) throw new BadSiglist(`${file}, line ${index + 1}: ${entry} ${wrong}.`);
    return [entry];
  });
}

function whatIsWrong(entry: string): string | null {
  const meaning = OTHER_MEANING.find(([pattern]) => pattern.test(entry));
  if (meaning) return `is not accepted: ${meaning[1]}`;
  const pattern = compiled([entry]);
  if (pattern instanceof Error) return `is not a regular expression: ${pattern.message}`;
  return FRAMES_WITHOUT_LIKENESS.every((frame) => pattern.test(frame)) ? "matches every frame" : null;
}

/** What tells whether one of the entries matches a frame from its start on. No entries match every frame, as in the reference. */
export function matcherOf(entries: readonly string[]): (frame: string) => boolean {
  const pattern = compiled(entries);
  if (pattern instanceof Error) throw pattern;
  return (frame) => pattern.test(frame);
}

function compiled(entries: readonly string[]): RegExp | Error {
  try {
    return new RegExp(`^(?:${entries.join("|")})`);
  } catch (error) {
    if (error instanceof SyntaxError) return error;
    throw error;
  }
}
