import { createHash } from "node:crypto";
import { appendFile, mkdir, readFile, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { parseCrashId, type CrashId } from "#lib/core/crash-id";
import { ifThere } from "#lib/files/if-there";
import { wordsOf } from "./crash-ids";

/** Which crashes a long command has done, on the disk: an interrupted or killed one goes on where it was. */
export interface Journal {
  /** Those that an earlier run of the same command has done. */
  readonly done: ReadonlySet<CrashId>;
  add(ids: readonly CrashId[]): Promise<void>;
  /** The command is over: the next one begins anew. */
  remove(): Promise<void>;
}

/** The journal, in a folder, of a command that is told from others by what it was asked. */
export async function openJournal(folder: string, asked: readonly string[]): Promise<Journal> {
  const path = join(folder, `${nameOfAsked(asked)}.txt`);
  const words = wordsOf((await ifThere(readFile(path, "utf8"))) ?? "");
  const done = new Set(words.flatMap((word) => parseCrashId(word) ?? []));
  return {
    done,
    async add(ids) {
      await mkdir(dirname(path), { recursive: true });
      await appendFile(path, ids.map((id) => `${id}\n`).join(""));
    },
    remove: () => rm(path, { force: true }),
  };
}

/** A name for the files of a command, by what it was asked. */
export function nameOfAsked(asked: readonly unknown[]): string {
  return createHash("sha256").update(JSON.stringify(asked)).digest("hex").slice(0, 16);
}
