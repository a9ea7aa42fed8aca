/** A stretch of text between an outermost opening bracket and its closing one, or the end. */
export interface Group {
  /** The text since the group before. */
  readonly before: string;
  /** With its brackets. */
  readonly text: string;
}

/**
 * Replaces every outermost group of a text. A closing bracket without an opening one is plain text; a
 * group that is never closed runs to the end.
 */
export function replaceGroups(
  text: string,
  open: string,
  close: string,
  replace: (group: Group) => string,
): string {
  let start = text.indexOf(open);
  if (start < 0) return text;
  let result = "";
  let from = 0;
  let depth = 0;
  const finish = (end: number) => {
    const before = text.slice(from, start);
    result += before + replace({ before, text: text.slice(start, end) });
    from = end;
  };
  for (let index = start; index < text.length; index += 1) {
    if (text[index] === open) {
      if (depth === 0) start = index;
      depth += 1;
    } else if (text[index] === close && depth > 0) {
      depth -= 1;
      if (depth === 0) finish(index + 1);
    }
  }
  if (depth > 0) finish(text.length);
  return result + text.slice(from);
}

const CLOSER: Readonly<Record<string, string>> = { "(": ")", "{": "}", "[": "]", "<": ">", "`": "'" };

/** Splits at spaces that are outside all brackets. A closing bracket counts only if it fits the innermost open one. */
export function splitOutsideBrackets(text: string): readonly string[] {
  if (!text.includes(" ")) return [text];
  const parts: string[] = [];
  const expected: string[] = [];
  let start = 0;
  for (let index = 0; index < text.length; index += 1) {
    const character = text.charAt(index);
    if (character === " " && expected.length === 0) {
      parts.push(text.slice(start, index));
      start = index + 1;
    } else if (character === expected.at(-1)) expected.pop();
    else if (CLOSER[character] !== undefined) expected.push(CLOSER[character]);
  }
  return [...parts, text.slice(start)];
}
