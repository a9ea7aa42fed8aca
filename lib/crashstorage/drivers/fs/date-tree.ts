import { readdir, readlink, rm, rmdir, symlink } from "node:fs/promises";
import { join, relative } from "node:path";
import { parseCrashId, type CrashId } from "#lib/core/crash-id";
import { exists, syncDirectory, type DurableFiles } from "#lib/files/durable-files";
import type { FsLayout } from "#lib/crashstorage/fs-layouts";
import { crashPaths } from "./paths";

const SLICE_SECONDS = 4;

/** What was begun to be saved longer ago than this is not being saved any more. */
const LONGEST_SAVE_MS = 60_000;

/** Where new crashes are noted, and what the time is. */
export interface DateTree {
  readonly root: string;
  readonly layout: FsLayout;
  readonly now: () => Date;
}

/**
 * Notes a crash as new: a link in its directory that leads to a slot of the date tree, then a link in the slot that
 * leads back. In this order a second note of the same crash fails before it leaves anything behind. Slots are
 * `root/YYYYMMDD/date/HH/MM_S/`, S counting slices of four seconds. The first link is durable when the crash's
 * directory is synced.
 */
export async function noteNewCrash(tree: DateTree, id: CrashId, files: DurableFiles): Promise<void> {
  const { day, directory } = crashPaths(tree.root, id, tree.layout);
  const slot = join(day, "date", ...slotOf(tree.now()));
  await files.makeDirectory(slot);
  if (!(await linkOnce(relative(directory, slot), join(directory, backLinkName(tree, id))))) return;
  await linkOnce(relative(slot, directory), join(slot, id));
  await syncDirectory(slot);
}

/** Takes a crash out of the date tree, and says whether it was there. */
export async function forgetNewCrash(tree: DateTree, id: CrashId): Promise<boolean> {
  const { directory } = crashPaths(tree.root, id, tree.layout);
  const backLink = join(directory, backLinkName(tree, id));
  const slot = await readlink(backLink).catch(nullWhenMissing);
  if (slot === null) return false;
  await rm(join(directory, slot, id), { force: true });
  await rm(backLink, { force: true });
  return true;
}

/** Whoever takes a crash has it forgotten as new; whoever looks sees also those whose removal was broken off. */
export type Purpose = "take" | "look";

/**
 * The crashes noted as new, except those of the slot that is being filled. A crash is taken out of the tree when the
 * next one is asked for, so that one whose taker is killed comes again; whoever only looks leaves it there. Empty slots
 * and past hours are removed.
 */
export async function* newCrashes(tree: DateTree, purpose: Purpose): AsyncGenerator<CrashId, void> {
  for (const day of (await list(tree.root)).filter((name) => /^\d{8}$/.test(name)))
    for (const hour of await list(join(tree.root, day, "date")))
      yield* hourCrashes(tree, [day, hour], purpose);
}

async function* hourCrashes(
  tree: DateTree,
  [day, hour]: readonly [day: string, hour: string],
  purpose: Purpose,
): AsyncGenerator<CrashId, void> {
  const now = tree.now();
  const [present, settled] = [slotName(now), slotName(new Date(now.getTime() - LONGEST_SAVE_MS))];
  const directory = join(tree.root, day, "date", hour);
  for (const slice of await list(directory)) {
    const slot = [day, hour, slice].join(" ");
    if (slot < present)
      yield* slotCrashes(tree, join(directory, slice), { purpose, isSettled: slot < settled });
  }
  if (`${day} ${hour} ~` < present) await removeEmpty(directory);
}

async function* slotCrashes(
  tree: DateTree,
  slot: string,
  { purpose, isSettled }: { readonly purpose: Purpose; readonly isSettled: boolean },
): AsyncGenerator<CrashId, void> {
  for (const name of await list(slot)) {
    const id = parseCrashId(name);
    if (!id) continue;
    // Without a raw crash it is either being saved or being removed.
    const isThere = await exists(crashPaths(tree.root, id, tree.layout).raw);
    if (!isThere && !(purpose === "look" && isSettled)) continue;
    yield id;
    if (purpose === "look") continue;
    await forgetNewCrash(tree, id);
    await rm(join(slot, name), { force: true });
  }
  await removeEmpty(slot);
}

function slotName(at: Date): string {
  return [at.toISOString().slice(0, 10).replaceAll("-", ""), ...slotOf(at)].join(" ");
}

function slotOf(now: Date): [hour: string, slice: string] {
  const [hour = "", minute = "", second = ""] = now.toISOString().slice(11, 19).split(":");
  return [hour, `${minute}_${String(Math.floor(Number(second) / SLICE_SECONDS)).padStart(2, "0")}`];
}

/** In a directory of its own a crash's link needs no name of its own. */
function backLinkName({ layout }: DateTree, id: CrashId): string {
  return layout.ownDirectory ? "date_root" : id;
}

/** False when the link was there already. */
async function linkOnce(target: string, path: string): Promise<boolean> {
  try {
    await symlink(target, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** The names in a directory, sorted; none when it is not there. */
export async function list(directory: string): Promise<readonly string[]> {
  return (await readdir(directory).catch(nullWhenMissing))?.sort() ?? [];
}

/** Another reader or writer may be faster; then the directory stays for the next time. */
async function removeEmpty(directory: string): Promise<void> {
  try {
    await rmdir(directory);
  } catch (error) {
    if (!["ENOENT", "ENOTEMPTY"].includes(String((error as NodeJS.ErrnoException).code))) throw error;
  }
}

/** For a file or directory that need not be there. */
export function nullWhenMissing(error: unknown): null {
  if (["ENOENT", "ENOTDIR"].includes(String((error as NodeJS.ErrnoException).code))) return null;
  throw error;
}
