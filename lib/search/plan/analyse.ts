const LONGEST_WORD = 255;

/*
 * Word boundaries of UAX #29 as Lucene's StandardTokenizer draws them (its grammar StandardTokenizerImpl.jflex,
 * Unicode 12.1, where a single colon still joins letters). Letters, digits and connectors such as `_` join;
 * `.` and `'` join two letters or two digits, `:` and `·` two letters, `,` and `;` two digits; Katakana
 * joins only itself; Han and Hiragana characters and emoji stand alone; scripts written without spaces
 * stay whole; marks and format characters belong to what they follow.
 */
const marks = String.raw`[[\p{Grapheme_Extend}\p{Mc}\p{EMod}\p{Cf}]--\u200B]*`;
const unspaced = String.raw`[[\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\p{Script=Tai_Le}\p{Script=New_Tai_Lue}\p{Script=Tai_Tham}\p{Script=Tai_Viet}\p{Script=Ahom}]&&[\p{L}\p{M}]]`;
const ideograph = String.raw`[\p{Script=Han}\p{Script=Hiragana}]`;
const katakanaClass = String.raw`[[\p{Script=Katakana}\u3031-\u3035\u309B\u309C\u30A0\u30FC\uFF70]--\p{Grapheme_Extend}]`;
const alphabetic = String.raw`[\p{Alphabetic}\u02C2-\u02C5\u02D2-\u02D7\u02DE\u02DF\u02E5-\u02EB\u02ED\u02EF-\u02FF\u055A-\u055C\u055E\u058A\u05F3\uA708-\uA716\uA720\uA721\uA789\uA78A\uAB5B]`;

const pictograph = String.raw`(?:[\p{Emoji}--[#*0-9\p{RI}]]${marks})`;
const emoji = String.raw`\p{RI}{2}${marks}|[#*]\uFE0F?\u20E3${marks}|${pictograph}(?:(?<=\u200D)${pictograph})*`;

const connector = String.raw`(?:[\p{Pc}\u202F]${marks})`;
const katakana = `(?:${katakanaClass}${marks})`;
const hebrew = String.raw`(?:[\p{Script=Hebrew}&&\p{Lo}]${marks})`;
/** A Hebrew letter with the quotation mark that abbreviates or joins. */
const abbreviated = `${hebrew}(?:'${marks}|"${marks}${hebrew})`;
const letter = String.raw`(?:(?!${abbreviated})[${alphabetic}--${katakanaClass}--${unspaced}--[\p{Ideographic}\p{Script=Hiragana}\p{M}\p{Grapheme_Extend}]]${marks})`;
const digit = String.raw`(?:[\p{Nd}\u066B]${marks})`;
const betweenLetters = String.raw`(?:[.:'\xB7\u0387\u05F4\u2018\u2019\u2024\u2027\uFE13\uFE52\uFE55\uFF07\uFF0E\uFF1A]${marks})`;
const betweenDigits = String.raw`(?:[.,;'\u037E\u0589\u060C\u060D\u066C\u07F8\u2018\u2019\u2024\u2044\uFE10\uFE14\uFE50\uFE52\uFE54\uFF07\uFF0C\uFF0E\uFF1B]${marks})`;

const parts = [
  abbreviated,
  `${digit}(?:(?:${connector}*|${betweenDigits})${digit})*`,
  `${letter}(?:(?:${connector}*|${betweenLetters})${letter})*`,
];
const run = `(?:${katakana}(?:${connector}*${katakana})*|(?:${parts.join("|")})+)`;
/** Connectors count from the first one only: trying from each of thousands would take their square of steps. */
const leading = String.raw`(?:(?=\p{Pc})(?<!\p{Pc}${marks})${connector}+)?`;
const word = `${leading}${run}(?:${connector}+${run})*${connector}*`;
const token = new RegExp(String.raw`${word}|(?:${unspaced}${marks})+|${ideograph}${marks}|${emoji}`, "gv");

/** The same for lower-cased ASCII, which nearly all texts are, in an eighth of the time. */
const asciiToken = /(?<!_)_*[a-z0-9](?:[a-z0-9_]|(?<=[a-z])[.:'](?=[a-z])|(?<=[0-9])[.,;'](?=[0-9]))*/g;

/**
 * The words of a text, lower-cased, in order: what a text field is searched by. Every engine is given
 * these words or an analysis equal to this one, so that they find the same crashes. Words over 255
 * characters are cut into pieces of that length.
 */
export function analyse(text: string): readonly string[] {
  const found = /\P{ASCII}/u.test(text)
    ? (text.match(token) ?? []).map(lowerCase)
    : (text.toLowerCase().match(asciiToken) ?? []);
  return found.some(({ length }) => length > LONGEST_WORD) ? found.flatMap(pieces) : found;
}

/** Letter by letter, as Lucene does it: without regard to neighbours or growth. */
function lowerCase(found: string): string {
  return found.replaceAll("\u0130", "i").replaceAll("\u03A3", "\u03C3").toLowerCase();
}

function pieces(found: string): readonly string[] {
  return Array.from({ length: Math.ceil(found.length / LONGEST_WORD) }, (_, index) =>
    found.slice(index * LONGEST_WORD, (index + 1) * LONGEST_WORD),
  );
}
