import { TokenRefused } from "#lib/core/errors";
import { anonymous, viewerWith, type Viewer } from "#lib/core/viewer";
import { apiTokenWithHash } from "#lib/db/api-tokens";
import type { Database } from "#lib/db/database";
import type { Person } from "#lib/db/people";
import { secretHash } from "./secret";
import { personOfRequest } from "./session";

/**
 * Who makes a request: the owner of the token in the header `Auth-Token`, allowed what the token was
 * made for and the owner may still do, also when the owner is a superuser. Without the header, or with an
 * empty one, which some clients send when they have no token: who is signed in, else anonymous.
 * Throws TokenRefused, in the reference's words, for a token that cannot be used.
 */
export async function viewerOfRequest(database: Database, headers: Headers, now: Date): Promise<Viewer> {
  const key = headers.get("auth-token")?.trim();
  if (!key) return viewerFor(await personOfRequest(database, headers, now));
  const token = await apiTokenWithHash(database, secretHash(key));
  if (!token?.active) throw new TokenRefused("API Token not matched");
  if (token.expiresAt <= now) throw new TokenRefused("API Token found but expired");
  const { owner, permissions } = token;
  if (!owner.active) throw new TokenRefused("User of API token not active");
  return viewerWith(
    owner.email,
    permissions.filter((permission) => owner.permissions.includes(permission)),
  );
}

/** A person as a viewer, who may do what the person may; null is anybody. */
export function viewerFor(person: Person | null): Viewer {
  return person === null ? anonymous : viewerWith(person.email, person.permissions);
}
