import { mkdir, rename } from "node:fs/promises";
import { dirname, join } from "node:path";
import { syncDirectory } from "#lib/files/durable-files";
import { symbolPath } from "./symbol-module";
import type { SymbolFile } from "./unpack-symbols";

/** The symbol store that is searched before all others, and into which uploads go. */
export function symbolStoreDirectory(dataDirectory: string): string {
  return join(dataDirectory, "symbols");
}

/**
 * Puts files, which are synced and on the same file system, into a symbol store. Each replaces older symbols of its module
 * in one step; they are there for good when this resolves.
 */
export async function storeSymbols(store: string, files: readonly SymbolFile[]): Promise<void> {
  const folders = new Set([store]);
  for (const { module, path } of files) {
    const target = join(store, symbolPath(module));
    await mkdir(dirname(target), { recursive: true });
    await rename(path, target);
    folders.add(dirname(target)).add(dirname(dirname(target)));
  }
  await Promise.all([...folders].map(syncDirectory));
}
