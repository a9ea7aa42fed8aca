import { access, constants, readFile } from "node:fs/promises";
import type { ProcessedCrash, RawCrash } from "#lib/core/crash";
import { parseCrashId, type CrashId } from "#lib/core/crash-id";
import { BadArgument, CrashIdNotFound } from "#lib/core/errors";
import { isJsonObject } from "#lib/core/json";
import type { CrashSource } from "#lib/crashstorage/copy-crash";
import { EVERY_PART } from "#lib/crashstorage/storage";
import { parseStored } from "#lib/crashstorage/stored-json";
import { copiesOfDumps, refuseFile } from "./copies-of-dumps";

/** Where the parts of one crash are. */
export interface CrashFilePaths {
  readonly raw: string;
  /** By name. */
  readonly dumps: ReadonlyMap<string, string>;
}

/**
 * One crash in files of any name. Its id is the `uuid` of the raw crash. Throws BadArgument for a raw crash that is not
 * one, or a dump that cannot be read.
 */
export async function crashFiles({
  raw: rawPath,
  dumps,
}: CrashFilePaths): Promise<{ readonly id: CrashId; readonly source: CrashSource }> {
  const content = await readFile(rawPath, "utf8").catch((cause: unknown) => refuseFile(rawPath, cause));
  const { id, raw } = rawCrashOf(rawPath, content);
  for (const path of dumps.values())
    await access(path, constants.R_OK).catch((cause: unknown) => refuseFile(path, cause));
  const known = (asked: CrashId) => {
    if (asked !== id) throw new CrashIdNotFound(asked);
  };
  return {
    id,
    source: {
      name: rawPath,
      keeps: EVERY_PART,
      async getRaw(asked) {
        known(asked);
        return Promise.resolve(raw);
      },
      async getDumpsAsFiles(asked, directory) {
        known(asked);
        return copiesOfDumps(dumps, directory);
      },
      getUnredactedProcessed: (asked): Promise<ProcessedCrash> => Promise.reject(new CrashIdNotFound(asked)),
    },
  };
}

function rawCrashOf(path: string, content: string): { readonly id: CrashId; readonly raw: RawCrash } {
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch (cause) {
    throw new BadArgument(`${path} is not JSON.`, { cause });
  }
  const uuid = isJsonObject(value) ? value.uuid : undefined;
  const id = typeof uuid === "string" && !uuid.startsWith("bp-") ? parseCrashId(uuid) : null;
  if (!id) throw new BadArgument(`${path} is no raw crash: its "uuid" is not a crash id.`);
  return { id, raw: parseStored(id, content, "the file") as RawCrash };
}
