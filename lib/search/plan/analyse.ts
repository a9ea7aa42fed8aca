const LONGEST_TOKEN = 255;

/*
 * Word boundaries of UAX #29 as Lucene's StandardTokenizer applies them (Unicode 12.1 classes, where a
 * single colon still joins letters). Letters, digits and underscores join; `.` and `'` join two letters
 * or two digits, `:` and `·` two letters, `,` and `;` two digits; Han and Hiragana characters and emoji
 * stand alone; marks and format characters belong to what they follow.
 */
const ideograph = String.raw`[\p{Script=Han}\p{Script=Hiragana}]`;
const letter = String.raw`[\p{Alphabetic}--${ideograph}--\p{M}]`;
const digit = String.raw`\p{Nd}`;
const mark = String.raw`[\p{M}\p{Cf}]*`;
const betweenLetters = String.raw`[.:'\xB7\u0387\u05F4\u2018\u2019\u2024\u2027\uFE13\uFE52\uFE55\uFF07\uFF0E\uFF1A]`;
const betweenDigits = String.raw`[.,;'\u037E\u0589\u060C\u060D\u066C\u07F8\u2018\u2019\u2024\u2044\uFE10\uFE14\uFE50\uFE52\uFE54\uFF07\uFF0C\uFF0E\uFF1B]`;
const word = [
  String.raw`\p{Pc}*(?:${letter}|${digit})${mark}(?:`,
  String.raw`(?:${letter}|${digit}|\p{Pc})${mark}`,
  String.raw`|(?<=${letter}${mark})${betweenLetters}${mark}(?=${letter})`,
  String.raw`|(?<=${digit}${mark})${betweenDigits}${mark}(?=${digit})`,
  String.raw`)*`,
].join("");
const token = new RegExp(String.raw`${word}|${ideograph}${mark}|\p{RGI_Emoji}`, "gv");

/**
 * The words of a text, lower-cased, in order: what a text field is searched by. Every engine is given
 * these tokens or an analysis equal to this one, so that they find the same crashes. Words over 255
 * characters are cut into pieces of that length.
 */
export function analyse(text: string): readonly string[] {
  return [...text.matchAll(token)].flatMap(([found]) => pieces(found.toLowerCase()));
}

function pieces(found: string): readonly string[] {
  if (found.length <= LONGEST_TOKEN) return [found];
  return Array.from({ length: Math.ceil(found.length / LONGEST_TOKEN) }, (_, index) =>
    found.slice(index * LONGEST_TOKEN, (index + 1) * LONGEST_TOKEN),
  );
}
