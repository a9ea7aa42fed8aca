import type { Database, Queryable } from "./database";
import { PERSON_WITH_GROUPS, personOf, type Person } from "./people";

/** A browser in which somebody is signed in. */
export interface NewSession {
  /** SHA-256 of what its cookie holds, in hexadecimal. */
  readonly tokenHash: string;
  readonly userId: number;
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

/** Keeps a new session, notes that its person signed in, and forgets sessions of anybody that have expired. */
export async function saveSession({ client }: Database, session: NewSession): Promise<void> {
  const { userId, createdAt } = session;
  await client.$transaction([
    client.session.create({ data: session }),
    client.user.update({ where: { id: userId }, data: { lastSignIn: createdAt } }),
    client.session.deleteMany({ where: { expiresAt: { lte: createdAt } } }),
  ]);
}

/** Whose session has this hash and lasts at `now`, with what they may do at present; null when there is none. */
export async function personWithSession(
  { client }: Database,
  tokenHash: string,
  now: Date,
): Promise<Person | null> {
  const row = await client.session.findUnique({
    where: { tokenHash },
    include: { user: PERSON_WITH_GROUPS },
  });
  return row && row.expiresAt > now ? personOf(row.user) : null;
}

/** Ends a session, if there is one. */
export async function deleteSession({ client }: Database, tokenHash: string): Promise<void> {
  await client.session.deleteMany({ where: { tokenHash } });
}

/** Ends all sessions of a person. */
export async function deleteSessionsOf({ client }: Queryable, userId: number): Promise<void> {
  await client.session.deleteMany({ where: { userId } });
}

/** Keeps a link that signs somebody in; without an e-mail it makes the first superuser. */
export async function saveSignInLink(
  { client }: Database,
  link: { readonly tokenHash: string; readonly email: string | null; readonly expiresAt: Date },
): Promise<void> {
  await client.signInLink.create({ data: link });
}

/** Whom a link signs in, when it can still be used; null when it cannot. It stays as it is. */
export async function signInLinkWithHash(
  { client }: Database,
  tokenHash: string,
  now: Date,
): Promise<{ readonly email: string | null } | null> {
  return client.signInLink.findUnique({
    where: { tokenHash, expiresAt: { gt: now } },
    select: { email: true },
  });
}

/** Uses a link up. False when it was used or has expired: of any number of callers one gets true. */
export async function useUpSignInLink({ client }: Database, tokenHash: string, now: Date): Promise<boolean> {
  const { count } = await client.signInLink.deleteMany({ where: { tokenHash, expiresAt: { gt: now } } });
  await client.signInLink.deleteMany({ where: { expiresAt: { lte: now } } });
  return count > 0;
}
