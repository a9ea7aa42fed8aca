import type { Database, Queryable } from "./database";
import type { User } from "./generated/client";

/** A person as superusers see them. */
export interface Account extends Readonly<User> {
  /** Names. */
  readonly groups: readonly string[];
}

const WITH_GROUPS = {
  include: { groups: { select: { groupName: true }, orderBy: { groupName: "asc" } } },
} as const;

/** Part of the people whose e-mail contains a text and who are in a group, by e-mail, and how many there are; null asks nothing. */
export async function findAccounts(
  { client }: Database,
  { text, group }: { readonly text: string | null; readonly group: string | null },
  { skip, take }: { readonly skip: number; readonly take: number },
): Promise<{ readonly total: number; readonly accounts: readonly Account[] }> {
  const where = {
    // Neither Prisma nor its drivers keep the text from being a pattern.
    ...(text !== null && { email: { contains: text.toLowerCase().replace(/[\\%_]/g, "\\$&") } }),
    ...(group !== null && { groups: { some: { groupName: group } } }),
  };
  const [total, rows] = await Promise.all([
    client.user.count({ where }),
    client.user.findMany({ where, orderBy: { email: "asc" }, skip, take, ...WITH_GROUPS }),
  ]);
  return { total, accounts: rows.map(accountOf) };
}

/** The person with this id; null when there is none. */
export async function accountWithId({ client }: Queryable, id: number): Promise<Account | null> {
  const row = await client.user.findUnique({ where: { id }, ...WITH_GROUPS });
  return row && accountOf(row);
}

function accountOf(row: User & { readonly groups: readonly { readonly groupName: string }[] }): Account {
  return { ...row, groups: row.groups.map(({ groupName }) => groupName) };
}
