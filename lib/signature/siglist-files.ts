import { readFile } from "node:fs/promises";
import { join, sep } from "node:path";
import { BUILT_IN_LISTS } from "./lists/built-in";
import { BadSiglist } from "./siglist-entries";
import {
  ALL_SIGLIST_NAMES,
  builtInSiglists,
  parseSiglists,
  SIGLIST_NAMES,
  TRIM_LIST_NAME,
  type Siglists,
  type SiglistTexts,
} from "./siglists";

/**
 * The signature lists of a directory, files `<name>.txt` in UTF-8 of which only that of trimmed modules may be missing,
 * or the built-in ones for an empty string. Throws BadSiglist naming the file, the line and what is wrong with it.
 */
export async function loadSiglists(directory: string): Promise<Siglists> {
  if (directory === "") return builtInSiglists();
  return parseSiglists(
    await readSiglists(directory),
    `using signature lists from ${directory}`,
    join(directory, sep),
  );
}

/**
 * The texts of all signature lists of a directory, or of the built-in ones for an empty string, without looking into
 * them. Throws BadSiglist for a file that cannot be read.
 */
export async function readSiglists(directory: string): Promise<Required<SiglistTexts>> {
  if (directory === "") return { [TRIM_LIST_NAME]: "", ...BUILT_IN_LISTS };
  const texts = ALL_SIGLIST_NAMES.map(async (name) => [name, await siglistText(directory, name)] as const);
  return Object.fromEntries(await Promise.all(texts)) as Required<SiglistTexts>;
}

async function siglistText(directory: string, name: keyof SiglistTexts): Promise<string> {
  const path = join(directory, `${name}.txt`);
  try {
    return decoded(path, await readFile(path));
  } catch (cause) {
    if (cause instanceof BadSiglist) throw cause;
    if (name === TRIM_LIST_NAME && isMissing(cause)) return "";
    const wanted = SIGLIST_NAMES.map((list) => `${list}.txt`).join(", ");
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new BadSiglist(`${path} cannot be read: ${why}. Wanted: ${wanted}.`, { cause });
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}

/** A byte that is not UTF-8 would become another character, and the entry would never match. */
function decoded(path: string, bytes: Uint8Array): string {
  const text = new TextDecoder().decode(bytes);
  const line = text.split("\n").findIndex((content) => content.includes("\uFFFD"));
  if (line < 0) return text;
  throw new BadSiglist(`${path}, line ${line + 1} is not UTF-8. Save the file in that encoding.`);
}
