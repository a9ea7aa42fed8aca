import { addHours } from "date-fns";
import type { Config } from "#lib/config/settings";
import type { Database } from "#lib/db/database";
import type { Person } from "#lib/db/people";
import { deleteSession, personWithSession, saveSession } from "#lib/db/sessions";
import { newSecret, secretHash } from "./secret";

/** The cookie that a signed-in browser sends. */
export const SESSION_COOKIE = "crash-stats-session";
const COOKIE = new RegExp(`(?:^|;\\s*)${SESSION_COOKIE}=([0-9a-f]+)(?:;|$)`);

/** How a browser is told to keep or forget its session. */
export interface CookieOptions {
  readonly httpOnly: true;
  readonly sameSite: "lax";
  readonly path: "/";
  /** Sent over https only. */
  readonly secure: boolean;
  readonly expires: Date;
}

/** Begins a session of a person; gives what its cookie holds, which is kept nowhere, and until when it lasts. */
export async function startSession(
  database: Database,
  userId: number,
  { sessionHours }: Pick<Config, "sessionHours">,
  now: Date,
): Promise<{ readonly token: string; readonly expires: Date }> {
  const [token, expires] = [newSecret(), addHours(now, sessionHours)];
  await saveSession(database, { tokenHash: secretHash(token), userId, createdAt: now, expiresAt: expires });
  return { token, expires };
}

/**
 * Who is signed in in the browser that sends a request, as the database knows them now; null when nobody is, the
 * session has expired, or the person is inactive.
 */
export async function personOfRequest(
  database: Database,
  headers: Headers,
  now: Date,
): Promise<Person | null> {
  const token = sessionToken(headers);
  if (token === null) return null;
  const person = await personWithSession(database, secretHash(token), now);
  return person?.active === true ? person : null;
}

/** Ends the session of a request, if it has one. */
export async function endSession(database: Database, headers: Headers): Promise<void> {
  const token = sessionToken(headers);
  if (token !== null) await deleteSession(database, secretHash(token));
}

/** What the session cookie of a request holds; null without one. */
export function sessionToken(headers: Headers): string | null {
  return COOKIE.exec(headers.get("cookie") ?? "")?.[1] ?? null;
}

/** How the session cookie is set; one that expired long ago is forgotten. Scripts cannot read it, other sites not send it. */
export function cookieOptions(secure: boolean, expires = new Date(0)): CookieOptions {
  return { httpOnly: true, sameSite: "lax", path: "/", secure, expires };
}
