import { crashIdDay, type CrashId } from "#lib/core/crash-id";

/** How the keys of raw crashes are made; everything else of a crash is at `v1/<name>/<id>` in both. */
export const S3_LAYOUTS = {
  /** `v2/raw_crash/<first three characters>/<YYYYMMDD>/<id>`; older raw crashes are read at `v1/raw_crash/<id>`. */
  entropy: (id: CrashId) => [`v2/raw_crash/${id.slice(0, 3)}/${crashIdDay(id)}/${id}`, `v1/raw_crash/${id}`],
  /** `v1/raw_crash/<YYYYMMDD>/<id>` */
  dated: (id: CrashId) => [`v1/raw_crash/${crashIdDay(id)}/${id}`],
} as const satisfies Readonly<Record<string, (id: CrashId) => readonly [string, ...string[]]>>;

export type S3LayoutName = keyof typeof S3_LAYOUTS;
