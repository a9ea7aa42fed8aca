/** One line of what a bench prints. */
export interface Measurement {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
}

/** The smallest value that at least this share of all values does not exceed (nearest rank). Throws without values. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const found = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
  if (found === undefined) throw new Error("There is no percentile of nothing.");
  return found;
}

/** The percentiles of durations in milliseconds, one line each. */
export function percentiles(
  what: string,
  milliseconds: readonly number[],
  shares: readonly number[],
): readonly Measurement[] {
  return shares.map((share) => ({
    what: `${what}, p${Math.round(share * 100)}`,
    value: percentile(milliseconds, share),
    unit: "ms",
  }));
}

/** Measurements as aligned lines under a title. */
export function table(title: string, measurements: readonly Measurement[]): string {
  const width = Math.max(...measurements.map(({ what }) => what.length));
  const lines = measurements.map(
    ({ what, value, unit }) => `  ${what.padEnd(width)} ${rounded(value).padStart(10)} ${unit}`,
  );
  return [title, ...lines, ""].join("\n");
}

function rounded(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString("en") : value.toPrecision(3);
}
