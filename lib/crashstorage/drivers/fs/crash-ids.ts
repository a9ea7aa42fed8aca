import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { parseCrashId, type CrashId } from "#lib/core/crash-id";
import { list, nullWhenMissing } from "./date-tree";

const ID_LENGTH = 36;

/** The crashes of a day, or of all, that have any file in the tree of names. Remembers no more than one directory. */
export async function* crashIdsBelow(root: string, day: string | null): AsyncGenerator<CrashId, void> {
  for (const name of await list(root))
    if (/^\d{8}$/.test(name) && (day === null || name === day)) yield* idsIn(join(root, name, "name"));
}

async function* idsIn(directory: string): AsyncGenerator<CrashId, void> {
  const entries = (await readdir(directory, { withFileTypes: true }).catch(nullWhenMissing)) ?? [];
  const ids = entries.flatMap((entry) => {
    const id = entry.isFile() ? parseCrashId(entry.name.slice(0, ID_LENGTH)) : null;
    return id ? [id] : [];
  });
  yield* new Set(ids);
  for (const entry of entries) if (entry.isDirectory()) yield* idsIn(join(directory, entry.name));
}
