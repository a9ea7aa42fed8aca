/** Orders text by its code points, as its bytes in UTF-8 are ordered; JavaScript orders by halves of characters. */
export function byCodePoint(one: string, other: string): number {
  const [left, right] = [Array.from(one), Array.from(other)];
  const differs = left.findIndex((character, index) => character !== right[index]);
  if (differs < 0) return left.length - right.length;
  return (left[differs]?.codePointAt(0) ?? 0) - (right[differs]?.codePointAt(0) ?? -1);
}
