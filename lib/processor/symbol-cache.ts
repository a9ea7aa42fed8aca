import { readdir, rmdir, stat, unlink, utimes } from "node:fs/promises";
import { dirname, join } from "node:path";
import { ifThere } from "#lib/files/if-there";
import { isJsonArray, isJsonObject, type JsonObject } from "#lib/core/json";
import { symbolModule, symbolPath } from "#lib/symbols/symbol-module";

/**
 * Symbols that were fetched from servers, in a folder that several workers share. The folder is all there is: what is
 * known of a file is its size and, as its time of modification, when it was last used, since file systems are often
 * mounted so that they do not keep times of access. Files come into it whole, by rename; one that is removed while a
 * stackwalker reads it is read to its end all the same.
 */
export interface SymbolCache {
  readonly directory: string;
  /**
   * To be told after each run of the stackwalker, with its output. Removes the files that were not used for the longest
   * time until all of them take `maxBytes` at most, if the run may have brought new ones.
   */
  used(output: JsonObject | null, started: Date): Promise<void>;
}

/** File systems keep times in steps; files are taken for new a little too often rather than too seldom. */
const CLOCK_STEP_MS = 1000;

export function createSymbolCache(directory: string, maxBytes: number): SymbolCache {
  let isKnownToFit = false;
  return {
    directory,
    async used(output, started) {
      const hasNew = await touch(directory, output, started);
      if (isKnownToFit && output !== null && !hasNew) return;
      isKnownToFit = true;
      await trim(directory, maxBytes);
    },
  };
}

/** Notes the use of the symbols that an output was made with; says whether any of them are new. */
async function touch(directory: string, output: JsonObject | null, started: Date): Promise<boolean> {
  const now = new Date();
  const isNewWhenUsed = async (path: string) => {
    const { mtimeMs } = await stat(path);
    await utimes(path, now, now);
    return mtimeMs >= started.getTime() - CLOCK_STEP_MS;
  };
  // One that is not there has been removed by another worker.
  const isNew = await Promise.all(
    loadedModules(output).map((path) => ifThere(isNewWhenUsed(join(directory, path)))),
  );
  return isNew.includes(true);
}

function loadedModules(output: JsonObject | null): readonly string[] {
  const modules = isJsonArray(output?.modules) ? output.modules : [];
  return modules.filter(isJsonObject).flatMap(({ debug_file, debug_id, loaded_symbols }) => {
    if (loaded_symbols !== true || typeof debug_file !== "string" || typeof debug_id !== "string") return [];
    const module = symbolModule(debug_file, debug_id);
    return module ? [symbolPath(module)] : [];
  });
}

interface CachedFile {
  readonly path: string;
  readonly sizeBytes: number;
  readonly usedMs: number;
}

/** Workers that do this at once take the same files out, since all have the same order. */
async function trim(directory: string, maxBytes: number): Promise<void> {
  const files = await cachedFiles(directory);
  let total = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const oldestFirst = [...files].sort(
    (one, other) => one.usedMs - other.usedMs || (one.path < other.path ? -1 : 1),
  );
  for (const { path, sizeBytes } of oldestFirst) {
    if (total <= maxBytes) return;
    await ifThere(unlink(path));
    total -= sizeBytes;
    await removeEmpty(dirname(path), directory);
  }
}

/** Below a folder, which other workers may be emptying. */
async function cachedFiles(directory: string): Promise<readonly CachedFile[]> {
  const entries = (await ifThere(readdir(directory, { withFileTypes: true }))) ?? [];
  const files: CachedFile[] = [];
  for (const entry of entries) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) files.push(...(await cachedFiles(path)));
    const found = entry.isFile() ? await ifThere(stat(path)) : null;
    if (found) files.push({ path, sizeBytes: found.size, usedMs: found.mtimeMs });
  }
  return files;
}

async function removeEmpty(from: string, root: string): Promise<void> {
  for (let path = from; path !== root && path.startsWith(root); path = dirname(path))
    try {
      await rmdir(path);
    } catch (error) {
      if (!["ENOTEMPTY", "EEXIST", "ENOENT"].includes(String((error as NodeJS.ErrnoException).code)))
        throw error;
      return;
    }
}
