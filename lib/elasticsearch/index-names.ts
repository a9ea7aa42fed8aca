import { BadSetting } from "#lib/core/errors";
import { formatMicroseconds, parseMicroseconds } from "#lib/core/time";

const DAY = 86_400_000_000n;

/** The parts of a date in a template, from the longest to the shortest, each with its digits. */
const CODES = [
  { code: "%Y", digits: 4, of: (day: Date) => day.getUTCFullYear() },
  { code: "%m", digits: 2, of: (day: Date) => day.getUTCMonth() + 1 },
  { code: "%W", digits: 2, of: weekOfYear },
  { code: "%d", digits: 2, of: (day: Date) => day.getUTCDate() },
] as const;

/** What an index is by its name. */
export interface Generation {
  /** The name by which it is searched and written, such as `socorro202647`. */
  readonly name: string;
  /** 1 for an index that has the name itself; from 2 on the name is an alias. */
  readonly generation: number;
}

/** The names of the indices that a template such as `socorro%Y%W` stands for. */
export interface IndexNames {
  /** The index of a moment, which is ISO 8601 in UTC. */
  at(date: string): string;
  /** The indices of all days from one moment to another, both days included, the oldest first. */
  between(from: string, to: string): readonly string[];
  /** Fits every name, and names of others that begin alike. */
  readonly pattern: string;
  /** Whether a name is one of these. */
  readonly has: (name: string) => boolean;
  /** Reads the name of an index, such as `socorro202647-g2`. Null for one of others. */
  readonly generationOf: (index: string) => Generation | null;
  /** Whether all days of an index lie before the index of a moment. Never, where names tell no year. */
  endsBefore(name: string, date: string): boolean;
}

/** The name of the index template for a pattern. */
export function templateName(pattern: string): string {
  return `crash-stats-${pattern.replaceAll("*", "_")}`;
}

/** The name of the index of a generation from 2 on. */
export function generationName({ name, generation }: Generation): string {
  return `${name}-g${generation}`;
}

/** Reads a template. Throws BadSetting for one whose names could not be those of indices. */
export function indexNames(template: string): IndexNames {
  if (!/^(?:[a-z0-9]|%[YmWd])(?:[a-z0-9._-]|%[YmWd])*$/.test(template))
    throw new BadSetting(
      `ELASTICSEARCH_INDEX: "${template}" makes no names of indices. Accepted: small letters, digits, "-", "_", ".", %Y, %m, %W and %d.`,
    );
  const used = CODES.filter(({ code }) => template.includes(code));
  const form = new RegExp(`^${CODES.reduce(asGroup, template.replaceAll(".", "\\."))}$`);
  const at = (date: string) =>
    used.reduce((name, { code, digits, of }) => {
      return name.replaceAll(code, String(of(new Date(date))).padStart(digits, "0"));
    }, template);
  const partsOf = (name: string) => {
    const groups = form.exec(name)?.groups ?? {};
    return used.map(({ code }) => groups[code.slice(1)] ?? "").join("");
  };
  return {
    at,
    between(from, to) {
      const [first, last] = [midnight(from), midnight(to)];
      const days = first > last ? 0 : Number((last - first) / DAY) + 1;
      const dates = Array.from({ length: days }, (_, day) => formatMicroseconds(first + BigInt(day) * DAY));
      return [...new Set(dates.map(at))];
    },
    pattern: template.replace(/(?:%.)+/g, "*"),
    has: (name) => form.test(name),
    generationOf(index) {
      const [, name = index, generation = "1"] = /^(.*)-g([2-9]|[1-9]\d+)$/.exec(index) ?? [];
      return form.test(name) ? { name, generation: Number(generation) } : null;
    },
    endsBefore: (name, date) =>
      template.includes("%Y") && form.test(name) && partsOf(name) < partsOf(at(date)),
  };
}

/** The template with a code's digits as a group; where it stands again they are the same. */
function asGroup(form: string, { code, digits }: (typeof CODES)[number]): string {
  const letter = code.slice(1);
  return form.replace(code, `(?<${letter}>\\d{${digits}})`).replaceAll(code, `\\k<${letter}>`);
}

/** Weeks begin on Mondays; the days before the first one are in week 0. */
function weekOfYear(day: Date): number {
  const daysBefore = Math.floor((day.getTime() - Date.UTC(day.getUTCFullYear(), 0, 1)) / 86_400_000);
  const daysSinceMonday = (day.getUTCDay() + 6) % 7;
  return Math.floor((daysBefore + 7 - daysSinceMonday) / 7);
}

function midnight(date: string): bigint {
  const microseconds = parseMicroseconds(date) ?? 0n;
  return microseconds - (((microseconds % DAY) + DAY) % DAY);
}
