import type { CrashId } from "./crash-id";
import type { JsonObject } from "./json";

/** What the client said (its annotations) and what the collector added. */
export type RawCrash = JsonObject & {
  readonly uuid: CrashId;
  /** ISO 8601 with offset, microseconds kept: the moment the collector accepted it. */
  readonly submitted_timestamp: string;
};

/** What the processor found out. */
export type ProcessedCrash = JsonObject & {
  readonly uuid: CrashId;
  /** ISO 8601 with offset: always the raw crash's submitted_timestamp. */
  readonly date_processed: string;
  readonly signature: string;
};

/** A dump as a file on this machine. Whoever gets one reads it and leaves it as it is. */
export interface DumpFile {
  readonly path: string;
  readonly sizeBytes: number;
}

/** Dump name, such as `upload_file_minidump`, to its file. */
export type Dumps = ReadonlyMap<string, DumpFile>;

/** All that one submission brought. */
export interface CrashReport {
  readonly id: CrashId;
  readonly raw: RawCrash;
  readonly dumps: Dumps;
}

/** The main minidump's name. The names empty, missing and `dump` mean it too. */
export const MAIN_DUMP = "upload_file_minidump";

/** Maps the names that clients use for the main minidump to its one stored name. */
export function dumpName(name: string | null | undefined): string {
  return !name || name === "dump" ? MAIN_DUMP : name;
}

/** Names a dump may not have: stores keep other things of the crash under them. */
export const RESERVED_DUMP_NAMES: ReadonlySet<string> = new Set([
  "dump_names",
  "processed_crash",
  "raw_crash",
]);

/** With the crash id and a suffix around it, still a file name everywhere. */
const LONGEST_DUMP_NAME_BYTES = 200;

/** Whether a name can be a dump's: one that stays a file name, whatever store it gets into. */
export function isDumpName(name: string): boolean {
  if (["", ".", ".."].includes(name) || /[/\0]/.test(name) || !name.isWellFormed()) return false;
  return new TextEncoder().encode(name).length <= LONGEST_DUMP_NAME_BYTES;
}
