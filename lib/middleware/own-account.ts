import { revokeOwnToken, tokensOf, type OwnToken } from "#lib/db/api-tokens";
import { groupsOf } from "#lib/db/people";
import type { SignedInContext } from "./page-context";

type Account = Pick<SignedInContext, "services" | "person">;

/** The names of the groups that whoever is signed in is in. */
export function ownGroups({ services, person }: Account): Promise<readonly string[]> {
  return groupsOf(services.database, person.id);
}

/** Their API tokens that are not revoked, newest first. */
export function ownTokens({ services, person }: Account): Promise<readonly OwnToken[]> {
  return tokensOf(services.database, person.id);
}

/** Makes one of them useless for good. False when there is no such token of theirs. */
export function revokeToken({ services, person }: Account, id: number): Promise<boolean> {
  return revokeOwnToken(services.database, id, person.id);
}
