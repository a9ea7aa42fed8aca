declare const brand: unique symbol;

/**
 * A crash id that has been checked: 36 characters, a lower-case UUID whose last
 * seven characters are one digit (the throttle result) and the date YYMMDD of
 * arrival. Only `parseCrashId` and `newCrashId` make one.
 */
export type CrashId = string & { readonly [brand]: "CrashId" };

const shape = /^[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{5}([a-f0-9])([0-9]{6})$/;

/** The shape of a crash id alone; its six last digits need not be a real date. */
export function isCrashIdShape(text: string): boolean {
  return shape.test(text);
}

/**
 * Reads a crash id, with or without the prefix `bp-`. Null when the text is not
 * lower-case hexadecimal in groups of 8-4-4-4-12, or its last six digits are no date.
 */
export function parseCrashId(text: string): CrashId | null {
  const bare = text.startsWith("bp-") ? text.slice(3) : text;
  const day = bare.slice(-6).replace(/(..)(..)(..)/, "20$1-$2-$3");
  return isCrashIdShape(bare) && isDay(day) ? (bare as CrashId) : null;
}

/**
 * A new crash id for a crash that arrives now. `uuid` is a random UUID in lower
 * case, such as the one of `crypto.randomUUID()`.
 */
export function newCrashId(now: Date, uuid: string, throttleDigit: 0 | 1): CrashId {
  const digits = now.toISOString().slice(2, 10).replaceAll("-", "");
  return `${uuid.slice(0, 29)}${throttleDigit}${digits}` as CrashId;
}

/** The day in a crash id as YYYYMMDD, UTC. */
export function crashIdDay(id: CrashId): string {
  return `20${id.slice(-6)}`;
}

/** The beginning of the day in a crash id, ISO 8601 in UTC. */
export function crashIdMidnight(id: CrashId): string {
  return crashIdDay(id).replace(/^(....)(..)(..)$/, "$1-$2-$3T00:00:00+00:00");
}

/** The seventh character from the end: the throttle result, once the directory depth. */
export function crashIdDigit(id: CrashId): string {
  return id.slice(-7, -6);
}

/** Whether a text is a day of the calendar, written YYYY-MM-DD. */
export function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}
