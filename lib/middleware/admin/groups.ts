import { BadArgument } from "#lib/core/errors";
import { PERMISSIONS, type Permission } from "#lib/core/viewer";
import type { Administration, Change } from "#lib/db/administration";
import {
  BUILT_IN_GROUPS,
  groupWithName,
  listGroups,
  removeGroup,
  saveGroup,
  type Group,
} from "#lib/db/groups";
import { changeAs, ChangeRefused, demandSuperuser, type Administrator } from "./administrator";

const GROUP_NAME = /^[\p{L}\p{N}](?:[\p{L}\p{N} ._-]{0,58}[\p{L}\p{N}._-])?$/u;

/** A group as superusers see it. */
export interface ListedGroup extends Group {
  readonly builtIn: boolean;
}

/** All groups, by name. Throws Forbidden. */
export async function allGroups(administrator: Administrator): Promise<readonly ListedGroup[]> {
  demandSuperuser(administrator);
  const groups = await listGroups(administrator.services.database);
  return groups.map((group) => ({ ...group, builtIn: BUILT_IN_GROUPS.includes(group.name) }));
}

/** What is asked of a group. */
export interface GroupWish {
  readonly action: string;
  readonly name: string;
  readonly permissions: readonly string[];
}

type GroupChange = (
  transaction: Administration,
  name: string,
  permissions: readonly Permission[],
) => Promise<Omit<Change, "subject"> | null>;

const GROUP_CHANGES = {
  make: async (transaction, name, permissions) => {
    if (!GROUP_NAME.test(name)) throw new ChangeRefused("group_name");
    if (await groupWithName(transaction, name)) throw new ChangeRefused("group_exists");
    await saveGroup(transaction, name, permissions);
    return { action: "group.make", detail: inWords(permissions) };
  },
  set_permissions: async (transaction, name, permissions) => {
    const before = inWords((await existing(transaction, name)).permissions);
    const after = inWords(permissions);
    if (after === before) return null;
    await saveGroup(transaction, name, permissions);
    return { action: "group.set_permissions", detail: `${after}; before: ${before}` };
  },
  remove: async (transaction, name) => {
    const group = await existing(transaction, name);
    if (BUILT_IN_GROUPS.includes(name)) throw new ChangeRefused("group_built_in");
    if (group.members > 0) throw new ChangeRefused("group_has_members");
    await removeGroup(transaction, name);
    return { action: "group.remove", detail: inWords(group.permissions) };
  },
} satisfies Readonly<Record<string, GroupChange>>;

export type GroupAction = keyof typeof GROUP_CHANGES;

const GROUP_ACTIONS = Object.keys(GROUP_CHANGES) as readonly GroupAction[];

/**
 * Makes a group, gives it exactly these permissions, or removes it. Throws Forbidden, BadArgument for an action or a
 * permission that is none, and ChangeRefused: then nothing is changed.
 */
export async function changeGroup(administrator: Administrator, asked: GroupWish): Promise<void> {
  demandSuperuser(administrator);
  const action = GROUP_ACTIONS.find((name) => name === asked.action);
  if (action === undefined)
    throw new BadArgument(`"${asked.action}" is no action. Accepted: ${GROUP_ACTIONS.join(", ")}.`);
  const unknown = asked.permissions.find((name) => !PERMISSIONS.some((known) => known === name));
  if (unknown !== undefined)
    throw new BadArgument(`There is no permission "${unknown}". Accepted: ${PERMISSIONS.join(", ")}.`);
  const permissions = PERMISSIONS.filter((permission) => asked.permissions.includes(permission));
  const subject = asked.name.trim();
  await changeAs(administrator, async (transaction) => {
    const change = await GROUP_CHANGES[action](transaction, subject, permissions);
    return change && { ...change, subject };
  });
}

async function existing(transaction: Administration, name: string): Promise<Group> {
  const group = await groupWithName(transaction, name);
  if (!group) throw new ChangeRefused("gone");
  return group;
}

function inWords(permissions: readonly Permission[]): string {
  return permissions.join(", ") || "no permission";
}
