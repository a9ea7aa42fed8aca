import { PERMISSIONS, type Permission } from "#lib/core/viewer";
import type { Database, Queryable } from "./database";

/** A person, and what their groups allow them at present. */
export interface Person {
  readonly id: number;
  /** In lower case. */
  readonly email: string;
  readonly active: boolean;
  readonly superuser: boolean;
  readonly permissions: readonly Permission[];
}

/** What of a person's row tells what they may do. */
export const PERSON_WITH_GROUPS = { include: { groups: { include: { group: true } } } } as const;

/** A row that was read with PERSON_WITH_GROUPS. */
export interface PersonRow extends Omit<Person, "permissions"> {
  readonly groups: readonly { readonly group: { readonly permissions: readonly string[] } }[];
}

/** A person's permissions come through groups only; superusers have all of them, inactive people none. */
export function personOf({ id, email, active, superuser, groups }: PersonRow): Person {
  const granted = new Set(groups.flatMap(({ group }) => group.permissions));
  const permissions = active ? PERMISSIONS.filter((name) => superuser || granted.has(name)) : [];
  return { id, email, active, superuser, permissions };
}

/** The person with this e-mail, made when there is none. */
export async function ensurePerson({ client }: Database, email: string, now: Date): Promise<Person> {
  const row = await client.user.upsert({
    where: { email: email.toLowerCase() },
    create: { email: email.toLowerCase(), createdAt: now },
    update: {},
    ...PERSON_WITH_GROUPS,
  });
  return personOf(row);
}

/** The person with this e-mail in any case; null when there is none. */
export async function personWithEmail({ client }: Database, email: string): Promise<Person | null> {
  const row = await client.user.findUnique({ where: { email: email.toLowerCase() }, ...PERSON_WITH_GROUPS });
  return row && personOf(row);
}

/** Whether anybody may do everything. */
export async function hasSuperuser({ client }: Database): Promise<boolean> {
  return (await client.user.findFirst({ where: { superuser: true, active: true } })) !== null;
}

/** Lets a person do everything; they are in the group that everybody has who sees protected data, too. */
export async function makeSuperuser(database: Database, id: number): Promise<Person> {
  await updatePerson(database, id, { active: true, superuser: true });
  await joinGroup(database, id, "Hackers");
  return personOf(await database.client.user.findUniqueOrThrow({ where: { id }, ...PERSON_WITH_GROUPS }));
}

/** The names of a person's groups. */
export async function groupsOf({ client }: Database, userId: number): Promise<readonly string[]> {
  const rows = await client.groupMember.findMany({ where: { userId }, orderBy: { groupName: "asc" } });
  return rows.map(({ groupName }) => groupName);
}

/** Changes what holds for the person as a whole. */
export async function updatePerson(
  { client }: Queryable,
  id: number,
  change: { readonly active?: boolean; readonly superuser?: boolean },
): Promise<void> {
  await client.user.update({ where: { id }, data: change });
}

/** Puts a person into a group. */
export async function joinGroup({ client }: Queryable, userId: number, groupName: string): Promise<void> {
  const membership = { userId, groupName };
  await client.groupMember.upsert({
    where: { userId_groupName: membership },
    create: membership,
    update: {},
  });
}

/** Takes a person out of a group. */
export async function leaveGroup({ client }: Queryable, userId: number, groupName: string): Promise<void> {
  await client.groupMember.deleteMany({ where: { userId, groupName } });
}
