import { PERMISSIONS, type Permission } from "#lib/core/viewer";
import type { Database, Queryable } from "./database";

/** Groups that an installation begins with. Commands put people into them, so they stay. */
export const BUILT_IN_GROUPS: readonly string[] = ["Hackers", "Hackers Plus"];

/** People who may do the same. */
export interface Group {
  readonly name: string;
  readonly permissions: readonly Permission[];
  /** How many people are in it. */
  readonly members: number;
}

const WITH_MEMBERS = { include: { _count: { select: { members: true } } } } as const;

/** All groups, by name. */
export async function listGroups({ client }: Database): Promise<readonly Group[]> {
  const rows = await client.group.findMany({ orderBy: { name: "asc" }, ...WITH_MEMBERS });
  return rows.map(groupOf);
}

/** The group with this name; null when there is none. */
export async function groupWithName({ client }: Queryable, name: string): Promise<Group | null> {
  const row = await client.group.findUnique({ where: { name }, ...WITH_MEMBERS });
  return row && groupOf(row);
}

/** Keeps what the people in a group may do; the group is made when there is none. */
export async function saveGroup(
  { client }: Queryable,
  name: string,
  permissions: readonly Permission[],
): Promise<void> {
  const data = { permissions: [...permissions] };
  await client.group.upsert({ where: { name }, create: { name, ...data }, update: data });
}

/** Removes a group; nobody is in it afterwards. */
export async function removeGroup({ client }: Queryable, name: string): Promise<void> {
  await client.group.delete({ where: { name } });
}

function groupOf(row: {
  readonly name: string;
  readonly permissions: readonly string[];
  readonly _count: { readonly members: number };
}): Group {
  const permissions = PERMISSIONS.filter((permission) => row.permissions.includes(permission));
  return { name: row.name, permissions, members: row._count.members };
}
