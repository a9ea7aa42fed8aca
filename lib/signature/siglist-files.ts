import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { BadSetting } from "#lib/core/errors";
import { builtInSiglists, parseSiglists, SIGLIST_NAMES, type Siglists, type SiglistTexts } from "./siglists";

/**
 * The signature lists of a directory, which must have all four files `<name>.txt`, or the built-in ones
 * for an empty string. Throws BadSetting naming the file and what is wrong with it.
 */
export async function loadSiglists(directory: string): Promise<Siglists> {
  if (directory === "") return builtInSiglists();
  const texts = SIGLIST_NAMES.map(async (name) => {
    const path = join(directory, `${name}.txt`);
    const text = await readFile(path, "utf8").catch((cause: unknown) => {
      throw new BadSetting(
        `SIGLISTS_DIR: ${path} cannot be read. Wanted: ${SIGLIST_NAMES.map((list) => `${list}.txt`).join(", ")}.`,
        { cause },
      );
    });
    return [name, text] as const;
  });
  return parseSiglists(
    Object.fromEntries(await Promise.all(texts)) as SiglistTexts,
    `using signature lists from ${directory}`,
  );
}
