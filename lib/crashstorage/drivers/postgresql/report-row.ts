import type { ProcessedCrash } from "#lib/core/crash";
import type { Json } from "#lib/core/json";

/** A column of `reports`: its type, and what of a value of the processed crash's key of the same name fits in. */
interface Column {
  readonly type: string;
  readonly read: (value: Json) => Json;
}

const text: Column = { type: "text", read: storableText };
const cut = (length: number): Column => ({
  type: `varchar(${length})`,
  read: (value) => cutText(value, length),
});
const number: Column = {
  type: "bigint",
  read: (value) => (Number.isSafeInteger(value) ? value : null),
};
const flag: Column = { type: "boolean", read: (value) => (typeof value === "boolean" ? value : null) };
const moment: Column = { type: "timestamptz", read: storableMoment };

/** The columns of `reports`, named as the keys of a processed crash. Longer text is cut; the lengths are Socorro's. */
export const REPORT_COLUMNS = {
  uuid: { ...text, type: "uuid NOT NULL" },
  date_processed: moment,
  client_crash_date: moment,
  started_datetime: moment,
  completed_datetime: moment,
  product: cut(30),
  version: cut(16),
  build: cut(30),
  release_channel: text,
  signature: cut(255),
  reason: cut(255),
  address: cut(20),
  os_name: cut(100),
  os_version: cut(100),
  cpu_name: cut(100),
  cpu_info: cut(100),
  process_type: text,
  hang_type: number,
  hangid: text,
  uptime: number,
  install_age: number,
  last_crash: number,
  success: flag,
  truncated: flag,
  exploitability: text,
  topmost_filenames: text,
  addons: text,
  app_notes: cut(1024),
  processor_notes: text,
  productid: text,
  distributor: cut(20),
  distributor_version: cut(20),
  flash_version: text,
  url: cut(255),
  email: cut(100),
  user_comments: cut(1024),
  user_id: cut(50),
} as const satisfies Readonly<Record<string, Column>>;

/** The row of a processed crash in `reports`. What is missing, or no value of its column, is null. */
export function reportRow(crash: ProcessedCrash): Readonly<Record<string, Json>> {
  return Object.fromEntries(
    Object.entries(REPORT_COLUMNS).map(([name, { read }]) => {
      const value = Object.hasOwn(crash, name) ? (crash[name] ?? null) : null;
      return [name, value === null ? null : read(value)];
    }),
  );
}

/** The first characters of a text, counted as PostgreSQL does. */
export function cutText(value: Json, length: number): string {
  return Array.from(storableText(value)).slice(0, length).join("");
}

/** Text of PostgreSQL is UTF-8 without NUL; anything but text is written as JSON. */
function storableText(value: Json): string {
  const written = typeof value === "string" ? value : JSON.stringify(value);
  return written.toWellFormed().replaceAll("\0", "\ufffd");
}

/** A moment that JavaScript understands is written in the one way that PostgreSQL does too. */
function storableMoment(value: Json): string | null {
  const date = new Date(typeof value === "string" ? value : NaN);
  const year = date.getUTCFullYear();
  return year >= 1 && year <= 9999 ? date.toISOString() : null;
}
