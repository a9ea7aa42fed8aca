import { isDumpName, MAIN_DUMP, RESERVED_DUMP_NAMES } from "#lib/core/crash";
import { crashIdDay, type CrashId } from "#lib/core/crash-id";

/** How the keys of raw crashes are made; everything else of a crash is at `v1/<name>/<id>` in both. */
export const S3_LAYOUTS = {
  /** `v2/raw_crash/<first three characters>/<YYYYMMDD>/<id>`; older raw crashes are read at `v1/raw_crash/<id>`. */
  entropy: (id: CrashId) => [`v2/raw_crash/${id.slice(0, 3)}/${crashIdDay(id)}/${id}`, `v1/raw_crash/${id}`],
  /** `v1/raw_crash/<YYYYMMDD>/<id>` */
  dated: (id: CrashId) => [`v1/raw_crash/${crashIdDay(id)}/${id}`],
} as const satisfies Readonly<Record<string, (id: CrashId) => readonly [string, ...string[]]>>;

export type S3LayoutName = keyof typeof S3_LAYOUTS;

/** The keys of one crash. */
export interface CrashKeys {
  /** Written first, read in this order. */
  readonly raw: readonly [string, ...string[]];
  readonly processed: string;
  readonly dumpNames: string;
  readonly dump: (name: string) => string;
}

/** The keys of a crash in a layout, as they are behind any prefix. */
export function crashKeys(layout: S3LayoutName, id: CrashId): CrashKeys {
  return {
    raw: S3_LAYOUTS[layout](id),
    processed: `v1/processed_crash/${id}`,
    dumpNames: `v1/dump_names/${id}`,
    dump: (name) => `v1/${name === MAIN_DUMP ? "dump" : name}/${id}`,
  };
}

/** A name whose key is that of no other part of a crash; the main dump's key is `dump`. */
export function isKeyedDump(name: string): boolean {
  return isDumpName(name) && name !== "dump" && !RESERVED_DUMP_NAMES.has(name);
}
