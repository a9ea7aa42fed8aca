import { BadArgument } from "#lib/core/errors";

/** A pattern in RE2 syntax that must match the whole value, or must not. */
export interface WholeMatch {
  readonly pattern: string;
  readonly negated: boolean;
}

const LARGEST_INTERVAL = 10_000;

/**
 * Lucene's regular expressions, which always match a whole value, in terms of RE2: any of the
 * alternatives, in which all matches must hold. Intersection `&` and complement `~` have no RE2
 * counterpart and are supported at the outermost level. `^`, `$` and `/` stand for themselves.
 * Throws BadArgument naming what is wrong.
 */
export function translateRegexp(source: string): readonly (readonly WholeMatch[])[] {
  return splitOutside(source, "|").map((alternative) =>
    splitOutside(alternative, "&").map((part) => {
      const negated = part.startsWith("~") && isOneTerm(part.slice(1));
      return { pattern: translatePart(negated ? part.slice(1) : part, source), negated };
    }),
  );
}

function malformed(source: string, why: string): BadArgument {
  return new BadArgument(
    `Bad value for parameter(s) 'Malformed supersearch query: regular expression "${source}": ${why}'`,
  );
}

/** Splits at a sign that is not quoted, escaped, or inside brackets. */
function splitOutside(source: string, sign: string): readonly string[] {
  const parts = [""];
  let depth = 0;
  for (const { text, opens, closes } of units(source)) {
    if (opens) depth += 1;
    if (closes) depth -= 1;
    if (text === sign && depth === 0) parts.push("");
    else parts.push((parts.pop() ?? "") + text);
  }
  return parts;
}

/** True for one group, quoted text, class or character, to which a complement in front applies as a whole. */
function isOneTerm(source: string): boolean {
  let depth = 0;
  const ends = [...units(source)].filter(({ opens, closes }) => {
    depth += opens ? 1 : closes ? -1 : 0;
    return depth === 0;
  });
  return ends.length === 1;
}

interface Unit {
  readonly text: string;
  readonly opens: boolean;
  readonly closes: boolean;
}

/** Escaped characters, quoted texts, classes and intervals stay together. */
const unit = /\\[^]|"[^"]*"|\[(?:\\[^]|[^\]\\])*\]|<\d+-\d+>|\{\d+(?:,\d*)?\}|[^]/gu;

function* units(source: string): Generator<Unit> {
  for (const [text] of source.matchAll(unit)) yield { text, opens: text === "(", closes: text === ")" };
}

function translatePart(part: string, source: string): string {
  let depth = 0;
  const translated = [...units(part)].map(({ text, opens, closes }) => {
    depth += opens ? 1 : closes ? -1 : 0;
    if (depth < 0) throw malformed(source, "a ) closes nothing");
    return translateUnit(text, source);
  });
  if (depth > 0) throw malformed(source, "a ( is not closed");
  return translated.join("").replaceAll("(?:)?", "(?:)");
}

function translateUnit(text: string, source: string): string {
  if (text.length > 1) return translateLongUnit(text, source);
  switch (text) {
    case "@":
      return ".*";
    case "#":
      return String.raw`[^\x{0}-\x{10FFFF}]`;
    case "(":
      return "(?:";
    case "&":
    case "~":
      throw malformed(
        source,
        `${text} is understood only at the outermost level; write \\${text} for the character itself`,
      );
    case '"':
    case "[":
    case "\\":
      throw malformed(source, `a ${text} is not ended`);
    default:
      return /^[.)|?*+]$/.test(text) ? text : quote(text);
  }
}

function translateLongUnit(text: string, source: string): string {
  if (text.startsWith('"')) return `(?:${quote(text.slice(1, -1))})`;
  if (text.startsWith("{")) return text;
  if (text.startsWith("["))
    return text.replace(
      /^\[(\^?)(.*)\]$/s,
      (_, not: string, inner: string) => `[${not}${inner.replace(/\[/g, "\\[")}]`,
    );
  if (text.startsWith("<")) return interval(text, source);
  if (text.startsWith("\\")) return /^\\[dDsSwW]$/.test(text) ? text : quote(text.slice(1));
  return quote(text);
}

/** `<1-100>`: the numbers, with leading zeros when both ends are written equally long. */
function interval(text: string, source: string): string {
  const [first = "", last = ""] = text.slice(1, -1).split("-");
  const [low, high] = [Number(first), Number(last)].sort((a, b) => a - b) as [number, number];
  if (high - low > LARGEST_INTERVAL)
    throw malformed(source, `the interval ${text} has more than ${LARGEST_INTERVAL} numbers`);
  const digits = first.length === last.length ? first.length : 0;
  const numbers = Array.from({ length: high - low + 1 }, (_, index) =>
    String(low + index).padStart(digits, "0"),
  );
  return `(?:${numbers.join("|")})`;
}

function quote(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}
