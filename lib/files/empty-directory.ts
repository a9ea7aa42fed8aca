import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";

/** Makes a directory, or removes all that work which never ended has left in it. To be called before any work begins. */
export async function emptyDirectory(path: string): Promise<void> {
  await mkdir(path, { recursive: true });
  await Promise.all(
    (await readdir(path)).map((entry) => rm(join(path, entry), { recursive: true, force: true })),
  );
}
