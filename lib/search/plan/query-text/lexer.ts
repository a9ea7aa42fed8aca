import { InvalidQueryText } from "./invalid-query-text";
import { KEYWORDS, SIGNS, type Keyword } from "./notation";

export type Token =
  | { readonly kind: "keyword"; readonly keyword: Keyword; readonly text: string; readonly at: number }
  /** Letters, digits and `_.:+/-`: a field's name or a value that needs no quotes. */
  | { readonly kind: "word"; readonly text: string; readonly at: number }
  /** `text` is what the quotes hold, escapes resolved. */
  | { readonly kind: "quoted"; readonly text: string; readonly at: number }
  | { readonly kind: "sign" | "punctuation"; readonly text: string; readonly at: number }
  | { readonly kind: "end"; readonly text: ""; readonly at: number };

const word = /[\p{L}\p{N}_.:+/-]+/uy;
const sign = new RegExp(SIGNS.map((text) => text.replace(/[$^]/g, "\\$&")).join("|"), "y");
const ESCAPES: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", '"': '"', "\\": "\\" };

/** The tokens of a query text, the last of which is its end. Throws InvalidQueryText. */
export function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = skipSpace(text, 0);
  while (at < text.length) {
    const { token, end } = tokenAt(text, at);
    tokens.push(token);
    at = skipSpace(text, end);
  }
  return [...tokens, { kind: "end", text: "", at: text.length }];
}

interface Found {
  readonly token: Token;
  readonly end: number;
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (/\s/.test(text.charAt(at))) at += 1;
  return at;
}

function tokenAt(text: string, at: number): Found {
  const first = text.charAt(at);
  if (first === '"') return quotedAt(text, at);
  if ("(),".includes(first)) return { token: { kind: "punctuation", text: first, at }, end: at + 1 };
  const signText = matchAt(sign, text, at);
  if (signText !== null) return { token: { kind: "sign", text: signText, at }, end: at + signText.length };
  const wordText = matchAt(word, text, at);
  if (wordText === null) {
    const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
    throw new InvalidQueryText(
      text,
      at,
      `'${character}' has no meaning here. Put values that hold spaces or signs in double quotes.`,
    );
  }
  const keyword = KEYWORDS.find((known) => known === wordText.toUpperCase());
  const token: Token = keyword
    ? { kind: "keyword", keyword, text: wordText, at }
    : { kind: "word", text: wordText, at };
  return { token, end: at + wordText.length };
}

function matchAt(pattern: RegExp, text: string, at: number): string | null {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? null;
}

function quotedAt(text: string, start: number): Found {
  let value = "";
  let at = start + 1;
  while (at < text.length) {
    const character = text.charAt(at);
    if (character === '"') return { token: { kind: "quoted", text: value, at: start }, end: at + 1 };
    const escaped = character === "\\" ? escapeAt(text, at) : { value: character, end: at + 1 };
    value += escaped.value;
    at = escaped.end;
  }
  throw new InvalidQueryText(text, start, 'these double quotes are not closed. Write \\" for one inside.');
}

function escapeAt(text: string, at: number): { readonly value: string; readonly end: number } {
  const [whole, code] = /^\\u\{([0-9a-f]{1,6})\}/i.exec(text.slice(at, at + 10)) ?? [];
  const point = code === undefined ? NaN : Number.parseInt(code, 16);
  if (whole !== undefined && point > 0 && point <= 0x10ffff)
    return { value: String.fromCodePoint(point), end: at + whole.length };
  const letter = text.charAt(at + 1);
  const value = Object.hasOwn(ESCAPES, letter) ? ESCAPES[letter] : undefined;
  if (value === undefined)
    throw new InvalidQueryText(
      text,
      at,
      '\\ begins an escape, which is one of \\" \\\\ \\n \\r \\t \\u{1f600}. Write \\\\ for a backslash.',
    );
  return { value, end: at + 2 };
}
