import { copyFile, stat } from "node:fs/promises";
import { join } from "node:path";
import type { DumpFile, Dumps } from "#lib/core/crash";
import { BadArgument } from "#lib/core/errors";

/**
 * Copies of dumps, by name, in a directory. A store may link to the file that it is given, so it must not get one that
 * somebody may write to later. Throws BadArgument for a file that cannot be read.
 */
export async function copiesOfDumps(paths: ReadonlyMap<string, string>, directory: string): Promise<Dumps> {
  const copies = [...paths].map(async ([name, from], index): Promise<[string, DumpFile]> => {
    const path = join(directory, `dump-${index}`);
    await copyFile(from, path).catch((cause: unknown) => refuseFile(from, cause));
    return [name, { path, sizeBytes: (await stat(path)).size }];
  });
  return new Map(await Promise.all(copies));
}

/** Throws BadArgument that names a file and why it cannot be read. */
export function refuseFile(path: string, cause: unknown): never {
  const code = (cause as NodeJS.ErrnoException).code ?? "unknown";
  throw new BadArgument(`${path} cannot be read: ${code}.`, { cause });
}
