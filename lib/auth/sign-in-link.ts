import { addHours } from "date-fns";
import { BadArgument, Forbidden } from "#lib/core/errors";
import { href } from "#lib/core/links";
import { saveAuditEntry } from "#lib/db/audit";
import type { Database } from "#lib/db/database";
import { ensurePerson, hasSuperuser, makeSuperuser, type Person } from "#lib/db/people";
import { saveSignInLink, signInLinkWithHash, useUpSignInLink } from "#lib/db/sessions";
import { parseEmail } from "./email";
import { newSecret, secretHash } from "./secret";

/** Hours for which a link can be used. */
export const LINK_HOURS = 1;

/**
 * Makes a link that signs a person in, once; with `null`, one that makes whoever uses it the first superuser. Gives its
 * path, which is kept nowhere.
 */
export async function createSignInLink(database: Database, email: string | null, now: Date): Promise<string> {
  const token = newSecret();
  const expiresAt = addHours(now, LINK_HOURS);
  await saveSignInLink(database, {
    tokenHash: secretHash(token),
    email: email?.toLowerCase() ?? null,
    expiresAt,
  });
  return href("/signin/link/", { token });
}

/** Where the first superuser of an installation signs in; null when it has one. */
export async function firstSuperuserLink(database: Database, now: Date): Promise<string | null> {
  return (await hasSuperuser(database)) ? null : createSignInLink(database, null, now);
}

/** What a link would do now, for those who look before they use it; null when it can no longer be used. */
export async function describeSignInLink(
  database: Database,
  token: string,
  now: Date,
): Promise<{ readonly email: string | null } | null> {
  const link = await signInLinkWithHash(database, secretHash(token), now);
  if (link?.email === null && (await hasSuperuser(database))) return null;
  return link;
}

/**
 * Uses a link up, and gives whom it signs in; `email` is who the first superuser is, and means nothing for other links.
 * Throws Forbidden for a link that cannot be used, BadArgument for an e-mail that is none, which leaves the link as it is.
 */
export async function useSignInLink(
  database: Database,
  { token, email }: { readonly token: string; readonly email: string },
  now: Date,
): Promise<Person> {
  const link = await describeSignInLink(database, token, now);
  if (!link) throw refusal();
  const whom = link.email ?? parseEmail(email);
  if (whom === null) throw new BadArgument(`"${email}" is no e-mail address.`);
  if (!(await useUpSignInLink(database, secretHash(token), now))) throw refusal();
  const person = await ensurePerson(database, whom, now);
  if (link.email !== null) {
    if (!person.active) throw new Forbidden(`${person.email} is inactive.`);
    return person;
  }
  await saveAuditEntry(database, {
    at: now,
    actor: whom,
    action: "user.make_superuser",
    subject: whom,
    detail: "first",
  });
  return makeSuperuser(database, person.id);
}

function refusal(): Forbidden {
  return new Forbidden("This link was used, has expired, or never was one.");
}
