import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";

/**
 * An empty directory for this process alone, named after it. Those of processes that have ended are removed with all
 * that their work has left, so the parent must not be shared by machines.
 */
export async function ownDirectory(parent: string): Promise<string> {
  const own = join(parent, String(process.pid));
  await mkdir(parent, { recursive: true });
  const stale = (await readdir(parent)).filter((name) => name === String(process.pid) || !isRunning(name));
  await Promise.all(stale.map((name) => rm(join(parent, name), { recursive: true, force: true })));
  await mkdir(own);
  return own;
}

function isRunning(name: string): boolean {
  if (!/^\d+$/.test(name)) return false;
  try {
    process.kill(Number(name), 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
