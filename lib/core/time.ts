const shape =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,6})\d*)?)?)?\s*(Z|[+-]\d{2}:?\d{2})?$/;

/**
 * Microseconds since 1970 of an ISO 8601 date or date and time; without a zone it is UTC. Null when
 * the text is none, or names a day or hour that does not exist.
 */
export function parseMicroseconds(text: string): bigint | null {
  const [, year, month, day, hour = "00", minute = "00", second = "00", fraction = "", zone = "Z"] =
    shape.exec(text.trim()) ?? [];
  const wall = `${year}-${month}-${day}T${hour}:${minute}:${second}`;
  const utc = new Date(`${wall}Z`);
  if (Number.isNaN(utc.getTime()) || !utc.toISOString().startsWith(wall)) return null;
  return (BigInt(utc.getTime()) - zoneMilliseconds(zone)) * 1000n + BigInt(fraction.padEnd(6, "0"));
}

/** ISO 8601 in UTC: `2026-11-20T01:02:03.646733+00:00`, without a fraction when it is zero. */
export function formatMicroseconds(microseconds: bigint): string {
  const fraction = ((microseconds % 1_000_000n) + 1_000_000n) % 1_000_000n;
  const seconds = new Date(Number((microseconds - fraction) / 1000n)).toISOString().slice(0, 19);
  return `${seconds}${fraction === 0n ? "" : `.${String(fraction).padStart(6, "0")}`}+00:00`;
}

/** The same moment in the product's form: UTC, six digits or none. */
export function formatDate(date: Date): string {
  return formatMicroseconds(BigInt(date.getTime()) * 1000n);
}

function zoneMilliseconds(zone: string): bigint {
  if (zone === "Z") return 0n;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2));
  return BigInt((zone.startsWith("-") ? -minutes : minutes) * 60_000);
}
