/** A source of chance that gives the same values for the same numbers it was made from. */
export interface Random {
  /** At least 0, less than 1. */
  next(): number;
  /** A whole number; both ends are possible. */
  integer(low: number, high: number): number;
  chance(probability: number): boolean;
  pick<T>(items: readonly T[]): T;
  /** An item with a probability in proportion to its share; shares need not add up to 1. */
  pickByShare<T extends { readonly share: number }>(items: readonly T[]): T;
  /** Positive and skewed: half of the values are below the median, `spread` is the deviation of the logarithm. */
  logNormal(median: number, spread: number): number;
  /** Lower-case hexadecimal digits. */
  hex(digits: number): string;
  /** A random UUID in lower case. */
  uuid(): string;
  bytes(count: number): Uint8Array;
}

/**
 * Chris Doty-Humphrey's sfc32: fast, with a state that any few numbers can fill, so that each crash can have a
 * source of its own and does not depend on how much chance the crashes before it used.
 */
export function random(seed: number, stream = 0): Random {
  let a = seed >>> 0;
  let b = Math.floor(seed / 2 ** 32) >>> 0;
  let c = stream >>> 0;
  let counter = 1;
  const word = (): number => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    return sum >>> 0;
  };
  for (let round = 0; round < 15; round += 1) word();
  return distributions(word);
}

/** A 32-bit number that differs for texts that differ: FNV-1a. */
export function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  return value >>> 0;
}

function distributions(word: () => number): Random {
  const next = (): number => word() / 2 ** 32;
  const hex = (digits: number): string => {
    let text = "";
    while (text.length < digits) text += word().toString(16).padStart(8, "0");
    return text.slice(0, digits);
  };
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
  return {
    next,
    hex,
    integer: (low, high) => low + Math.floor(next() * (high - low + 1)),
    chance: (probability) => next() < probability,
    pick: (items) => present(items[Math.floor(next() * items.length)]),
    pickByShare(items) {
      let rest = next() * items.reduce((sum, { share }) => sum + share, 0);
      return present(items.find(({ share }) => (rest -= share) < 0) ?? items.at(-1));
    },
    logNormal: (median, spread) => median * Math.exp(spread * normal()),
    uuid() {
      const digits = hex(31);
      const variant = "89ab"[word() & 3] ?? "8";
      return [
        digits.slice(0, 8),
        digits.slice(8, 12),
        `4${digits.slice(12, 15)}`,
        `${variant}${digits.slice(15, 18)}`,
        digits.slice(18, 30),
      ].join("-");
    },
    bytes: (count) => Uint8Array.from({ length: count }, () => word() & 0xff),
  };
}

function present<T>(item: T | undefined): T {
  if (item === undefined) throw new RangeError("There is nothing to pick from.");
  return item;
}
