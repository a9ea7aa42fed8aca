import { BadArgument } from "#lib/core/errors";

/** What a value must do: match a pattern in RE2 syntax as a whole, or be so for several of these. */
export type Matcher =
  | { readonly kind: "match"; readonly pattern: string }
  | { readonly kind: "all" | "any"; readonly of: readonly Matcher[] }
  | { readonly kind: "not"; readonly matcher: Matcher };

const LARGEST_INTERVAL = 10_000;
const DEEPEST_GROUP = 100;

/** The pattern being read, and how far. */
interface Reader {
  readonly source: string;
  /** Characters, classes, quoted texts, intervals and repetitions, each in one piece. */
  readonly pieces: readonly string[];
  at: number;
  depth: number;
}

const piece = /\\[^]|\[\^?\]?(?:\\[^]|[^\]\\])*\]|"[^"]*"|<\d+-\d+>|\{\d+(?:,\d*)?\}|[^]/gu;

/**
 * Lucene's regular expressions, which always match a whole value, in terms of RE2. Intersection `&` and
 * complement `~` have no counterpart there, so they become "all" and "not" of whole matches and are
 * refused where they apply to a part of the text only. As in Lucene, `@` is any text, `#` nothing at
 * all, `"…"` literal text, `<1-9>` a number in an interval, and `^` and `$` stand for themselves.
 * Throws BadArgument naming what is wrong.
 */
export function translateRegexp(source: string): Matcher {
  const reader: Reader = { source, pieces: source.match(piece) ?? [], at: 0, depth: 0 };
  const matcher = union(reader);
  if (reader.at < reader.pieces.length) throw malformed(reader, "a ) closes nothing");
  return matcher;
}

function malformed({ source }: Reader, why: string): BadArgument {
  return new BadArgument(
    `Bad value for parameter(s) 'Malformed supersearch query: regular expression "${source}": ${why}'`,
  );
}

function take(reader: Reader, wanted: string): boolean {
  if (reader.pieces[reader.at] !== wanted) return false;
  reader.at += 1;
  return true;
}

function union(reader: Reader): Matcher {
  const of = [intersection(reader)];
  while (take(reader, "|")) of.push(intersection(reader));
  const [only] = of;
  if (only && of.length === 1) return only;
  const patterns = of.flatMap((part) => (part.kind === "match" ? [part.pattern] : []));
  return patterns.length === of.length ? match(`(?:${patterns.join("|")})`) : { kind: "any", of };
}

function intersection(reader: Reader): Matcher {
  const of = [concatenation(reader)];
  while (take(reader, "&")) of.push(concatenation(reader));
  const [only] = of;
  return only && of.length === 1 ? only : { kind: "all", of };
}

function concatenation(reader: Reader): Matcher {
  const parts: Matcher[] = [];
  while (reader.at < reader.pieces.length && !["|", "&", ")"].includes(reader.pieces[reader.at] ?? ""))
    parts.push(repetition(reader));
  const [only] = parts;
  if (only && parts.length === 1) return only;
  return match(parts.map((part) => textOf(reader, part)).join(""));
}

function repetition(reader: Reader): Matcher {
  let part = complement(reader);
  for (;;) {
    const sign = reader.pieces[reader.at];
    if (sign === "{")
      throw malformed(reader, String.raw`a { begins no {2} or {2,3}; write \{ for the character`);
    if (sign === undefined || !/^(?:[?*+]|\{.+\})$/.test(sign)) return part;
    checkRepetition(reader, sign);
    reader.at += 1;
    part = match(`(?:${textOf(reader, part)})${sign}`);
  }
}

function checkRepetition(reader: Reader, sign: string): void {
  const [, least, most] = /^\{(\d+),(\d+)\}$/.exec(sign) ?? [];
  if (Number(least) > Number(most)) throw malformed(reader, `${sign} has its smaller number last`);
}

function complement(reader: Reader): Matcher {
  let negations = 0;
  while (take(reader, "~")) negations += 1;
  const matcher = atom(reader);
  return negations % 2 === 0 ? matcher : { kind: "not", matcher };
}

/** What single characters mean. */
const MEANINGS: ReadonlyMap<string, string> = new Map([
  [".", "."],
  ["@", ".*"],
  ["#", String.raw`[^\x{0}-\x{10FFFF}]`],
]);

/** What is wrong when one of these stands alone. */
const UNFINISHED: ReadonlyMap<string, string> = new Map([
  ['"', 'a " is not ended'],
  ["[", "a [ is not closed"],
  ["<", String.raw`a < begins no interval such as <1-9>; write \< for the character`],
  ["\\", String.raw`a \ is its last character`],
]);

function atom(reader: Reader): Matcher {
  const text = reader.pieces[reader.at];
  if (text === undefined) throw malformed(reader, "something is missing at its end");
  reader.at += 1;
  if (text === "(") return group(reader);
  const unfinished = UNFINISHED.get(text);
  if (unfinished !== undefined) throw malformed(reader, unfinished);
  return match(MEANINGS.get(text) ?? patternOf(reader, text));
}

function patternOf(reader: Reader, text: string): string {
  if (text.startsWith("\\")) return escaped(reader, text);
  if (text.startsWith('"')) return quote(text.slice(1, -1));
  if (text.startsWith("[")) return characterClass(reader, text);
  if (text.startsWith("<")) return interval(reader, text);
  return quote(text);
}

function group(reader: Reader): Matcher {
  reader.depth += 1;
  if (reader.depth > DEEPEST_GROUP)
    throw malformed(reader, `more than ${DEEPEST_GROUP} ( are inside each other`);
  const matcher = union(reader);
  if (!take(reader, ")")) throw malformed(reader, "a ( is not closed");
  reader.depth -= 1;
  return matcher;
}

/** `[a-z]`: a `-` makes a range where something stands on both of its sides. */
function characterClass(reader: Reader, text: string): string {
  const sign = text.startsWith("[^") ? "^" : "";
  const characters = text.slice(1 + sign.length, -1).match(/\\[^]|[^]/gu) ?? [];
  const patterns = characters.map((character, index) => {
    if (character.startsWith("\\")) return escaped(reader, character);
    const isRange = character === "-" && index > 0 && index < characters.length - 1;
    return isRange ? "-" : quote(character);
  });
  return `[${sign}${patterns.join("")}]`;
}

function escaped(reader: Reader, text: string): string {
  if (/^\\[dDsSwW]$/.test(text)) return text;
  if (/^\\[a-zA-Z]$/.test(text)) throw malformed(reader, `${text} has no meaning`);
  return quote(text.slice(1));
}

/** `<1-100>`: the numbers, all equally long when both ends are, else with any leading zeros. */
function interval(reader: Reader, text: string): string {
  const [first = "", last = ""] = text.slice(1, -1).split("-");
  const [low = 0, high = 0] = [Number(first), Number(last)].sort((a, b) => a - b);
  if (high - low > LARGEST_INTERVAL)
    throw malformed(reader, `the interval ${text} has more than ${LARGEST_INTERVAL} numbers`);
  const digits = first.length === last.length ? first.length : 0;
  const numbers = Array.from({ length: high - low + 1 }, (_, index) =>
    String(low + index).padStart(digits, "0"),
  );
  return `${digits === 0 ? "0*" : ""}(?:${numbers.join("|")})`;
}

function match(pattern: string): Matcher {
  return { kind: "match", pattern };
}

/** The pattern of a part that stands inside a longer text or is repeated. */
function textOf(reader: Reader, part: Matcher): string {
  if (part.kind === "match") return part.pattern;
  throw malformed(
    reader,
    String.raw`& and ~ apply to a whole value only, as in ~(.*x.*); write \& and \~ for the characters`,
  );
}

function quote(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|-]/g, "\\$&");
}
