import { addHours } from "date-fns";
import type { Config } from "#lib/config/settings";
import type { Database } from "#lib/db/database";
import type { Person } from "#lib/db/people";
import { deleteSession, personWithSession, saveSession } from "#lib/db/sessions";
import { newSecret, secretHash } from "./secret";

/** The cookie that a signed-in browser sends. */
export const SESSION_COOKIE = "crash-stats-session";
const COOKIE = new RegExp(`(?:^|;\\s*)${SESSION_COOKIE}=([0-9a-f]+)(?:;|$)`);

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

/** The session cookie as a header sets it, which no script can read and no other site send; without a token it is forgotten. */
export function sessionCookie(
  secure: boolean,
  { token, expires }: { readonly token: string; readonly expires: Date } = {
    token: "",
    expires: new Date(0),
  },
): string {
  const parts = [`${SESSION_COOKIE}=${token}`, "Path=/", `Expires=${expires.toUTCString()}`];
  return [...parts, "HttpOnly", "SameSite=Lax", ...(secure ? ["Secure"] : [])].join("; ");
}

/** Whether a browser that sends a request reaches this site by https. */
export function isSecure({ publicUrl }: Pick<Config, "publicUrl">, headers: Headers): boolean {
  return publicUrl.startsWith("https:") || headers.get("x-forwarded-proto")?.startsWith("https") === true;
}
