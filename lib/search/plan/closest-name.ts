/** The name that was probably meant: the nearest one within a third of its length, whatever the case. */
export function closestName(written: string, names: readonly string[]): string | null {
  const wanted = written.toLowerCase();
  let best: string | null = null;
  let fewest = Math.max(1, Math.floor(wanted.length / 3)) + 1;
  for (const name of names) {
    if (Math.abs(name.length - wanted.length) >= fewest) continue;
    const edits = editDistance(wanted, name.toLowerCase());
    if (edits >= fewest) continue;
    fewest = edits;
    best = name;
  }
  return best;
}

/** "Did you mean 'product'?" after a space, or nothing. */
export function didYouMean(written: string, names: readonly string[]): string {
  const name = closestName(written, names);
  return name === null ? "" : ` Did you mean '${name}'?`;
}

/** Letters put in, taken out or exchanged. */
function editDistance(one: string, other: string): number {
  let above = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (const [row, letter] of Array.from(one).entries()) {
    const line = [row + 1];
    for (let column = 1; column <= other.length; column += 1) {
      const exchanged = (above[column - 1] ?? 0) + (other[column - 1] === letter ? 0 : 1);
      line.push(Math.min(exchanged, (above[column] ?? 0) + 1, (line[column - 1] ?? 0) + 1));
    }
    above = line;
  }
  return above[other.length] ?? 0;
}
