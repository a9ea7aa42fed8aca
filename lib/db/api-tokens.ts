import { PERMISSIONS, type Permission } from "#lib/core/viewer";
import type { Database, Queryable } from "./database";
import { PERSON_WITH_GROUPS, personOf, type Person } from "./people";

/** A token as it is kept. */
export interface ApiToken {
  readonly id: number;
  readonly owner: Person;
  /** What it was made for; its owner may have lost some of it since. */
  readonly permissions: readonly Permission[];
  readonly notes: string;
  /** False once it was revoked. */
  readonly active: boolean;
  readonly expiresAt: Date;
}

/** What a new token is made of. */
export interface NewApiToken {
  /** SHA-256 of its key, in hexadecimal. */
  readonly keyHash: string;
  readonly keyStart: string;
  readonly ownerId: number;
  readonly permissions: readonly Permission[];
  readonly notes: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

/** Keeps a new token, and gives its id. */
export async function saveApiToken({ client }: Database, token: NewApiToken): Promise<number> {
  const { id } = await client.apiToken.create({
    data: { ...token, permissions: [...token.permissions] },
  });
  return id;
}

/** The token whose key has this hash, also one that is revoked or has expired; null when there is none. */
export async function apiTokenWithHash({ client }: Database, keyHash: string): Promise<ApiToken | null> {
  const row = await client.apiToken.findUnique({
    where: { keyHash },
    include: { owner: PERSON_WITH_GROUPS },
  });
  if (!row) return null;
  const { id, notes, active, expiresAt } = row;
  const permissions = PERMISSIONS.filter((name) => row.permissions.includes(name));
  return { id, owner: personOf(row.owner), permissions, notes, active, expiresAt };
}

/** A token as its owner sees it. */
export interface OwnToken extends Pick<ApiToken, "id" | "permissions" | "notes" | "expiresAt"> {
  readonly keyStart: string;
  readonly createdAt: Date;
}

/** The tokens of a person that are not revoked, newest first. */
export async function tokensOf({ client }: Queryable, ownerId: number): Promise<readonly OwnToken[]> {
  const rows = await client.apiToken.findMany({
    where: { ownerId, active: true },
    orderBy: { id: "desc" },
  });
  return rows.map(({ id, keyStart, notes, createdAt, expiresAt, ...row }) => {
    const permissions = PERMISSIONS.filter((name) => row.permissions.includes(name));
    return { id, keyStart, notes, createdAt, expiresAt, permissions };
  });
}

/** Makes a person's own token useless for good. False when they have no such token. */
export async function revokeOwnToken({ client }: Queryable, id: number, ownerId: number): Promise<boolean> {
  const { count } = await client.apiToken.updateMany({
    where: { id, ownerId, active: true },
    data: { active: false },
  });
  return count > 0;
}

/** Makes a token useless for good. */
export async function revokeApiToken({ client }: Database, id: number): Promise<void> {
  await client.apiToken.update({ where: { id }, data: { active: false } });
}
