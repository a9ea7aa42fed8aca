import type { CrashId } from "#lib/core/crash-id";
import { BadArgument } from "#lib/core/errors";
import { foundOrNull } from "./found-or-null";
import type { CrashStorage } from "./storage";

/** A store that is no container, and where it stands in a composition. */
export interface Leaf {
  /** Such as `fallback/member 1: s3`: the parts it plays; only the name of the store where no container is around it. */
  readonly where: string;
  readonly storage: CrashStorage;
}

/** The stores of a composition that are no containers, in order. */
export function leavesOf(storage: CrashStorage): readonly Leaf[] {
  return leavesBelow(storage, []);
}

function leavesBelow(storage: CrashStorage, path: readonly string[]): readonly Leaf[] {
  const { name, members } = storage;
  if (!members) return [{ where: path.length === 0 ? name : `${path.join("/")}: ${name}`, storage }];
  return members.flatMap((member) => leavesBelow(member.storage, [...path, member.role]));
}

/** The stores each of which is to have all that is saved: a poly has copies, any other store is one. */
export function copiesIn(storage: CrashStorage): readonly CrashStorage[] {
  return storage.name === "poly" && storage.members
    ? storage.members.flatMap((member) => copiesIn(member.storage))
    : [storage];
}

/**
 * The crashes of a day (YYYYMMDD), or of all days, each once, from every store of a composition. Throws BadArgument when
 * one that keeps raw crashes cannot list them.
 */
export async function* listCrashes(storage: CrashStorage, day: string | null): AsyncGenerator<CrashId, void> {
  const stores = leavesOf(storage).filter((leaf) => leaf.storage.keeps.has("raw"));
  const mute = stores.find((leaf) => leaf.storage.crashIds === undefined);
  if (mute ?? stores.length === 0)
    throw new BadArgument(`${mute?.where ?? storage.name} cannot list its crashes; give their ids instead.`);
  for (const [index, leaf] of stores.entries())
    for await (const id of leaf.storage.crashIds?.(day) ?? [])
      if (!(await isInAny(stores.slice(0, index), id))) yield id;
}

async function isInAny(stores: readonly Leaf[], id: CrashId): Promise<boolean> {
  for (const { storage } of stores) if ((await foundOrNull(storage.getRaw(id))) !== null) return true;
  return false;
}
