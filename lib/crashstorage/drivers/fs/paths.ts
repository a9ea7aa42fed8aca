import { join } from "node:path";
import { MAIN_DUMP } from "#lib/core/crash";
import { crashIdDay, crashIdDigit, type CrashId } from "#lib/core/crash-id";
import type { FsLayout } from "#lib/crashstorage/fs-layouts";

const MAXIMUM_DEPTH = 4;

/** The files of one crash, all in one directory. */
export interface CrashPaths {
  /** `root/YYYYMMDD` */
  readonly day: string;
  readonly directory: string;
  readonly raw: string;
  readonly processed: string;
  dump(name: string): string;
  /** The dump's name if `file` is a file name of a dump of this crash, else null. */
  dumpNameOf(file: string): string | null;
}

/**
 * Where a crash is: in `root/YYYYMMDD/name/aa/bb/cc/dd/`, which crashes with the same first characters share, or in a
 * directory `<id>` of its own there. Its files are `<id>.json` (raw crash), `<id>.jsonz` (processed crash, gzip),
 * `<id>.dump` (main dump), `<id>.<name>.dump` (other dumps). The number of two-character directories is the digit
 * before the date, 0 meaning 4.
 */
export function crashPaths(root: string, id: CrashId, { ownDirectory }: FsLayout): CrashPaths {
  const pairs = Array.from({ length: depthOf(id) }, (_, index) => id.slice(index * 2, index * 2 + 2));
  const day = join(root, crashIdDay(id));
  const directory = join(day, "name", ...pairs, ...(ownDirectory ? [id] : []));
  const file = (suffix: string) => join(directory, `${id}${suffix}`);
  return {
    day,
    directory,
    raw: file(".json"),
    processed: file(".jsonz"),
    dump: (name) => file(name === MAIN_DUMP ? ".dump" : `.${name}.dump`),
    dumpNameOf(name) {
      if (!name.startsWith(`${id}.`) || !name.endsWith(".dump")) return null;
      return name === `${id}.dump` ? MAIN_DUMP : name.slice(id.length + 1, -".dump".length);
    },
  };
}

function depthOf(id: CrashId): number {
  const digit = Number(crashIdDigit(id));
  return digit >= 1 && digit <= MAXIMUM_DEPTH ? digit : MAXIMUM_DEPTH;
}
