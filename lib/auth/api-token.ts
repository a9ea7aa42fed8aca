import { randomBytes } from "node:crypto";
import { addDays } from "date-fns";
import { Forbidden } from "#lib/core/errors";
import type { Permission } from "#lib/core/viewer";
import { saveApiToken } from "#lib/db/api-tokens";
import type { Database } from "#lib/db/database";
import type { Person } from "#lib/db/people";
import { secretHash } from "./secret";

/** Days for which a token can be used unless something else is asked for. */
export const TOKEN_DAYS = 90;
const KEY_BYTES = 16;
/** Enough to tell one's tokens apart, and little enough to leave the rest beyond guessing. */
const SHOWN_CHARACTERS = 8;

export interface TokenWishes {
  readonly permissions: readonly Permission[];
  readonly notes?: string;
  readonly days?: number;
}

/**
 * Makes a token for a person and gives its key, which is kept nowhere. Throws Forbidden when the person
 * lacks a permission that the token is to have.
 */
export async function createApiToken(
  database: Database,
  owner: Person,
  { permissions, notes = "", days = TOKEN_DAYS }: TokenWishes,
  now: Date,
): Promise<string> {
  const lacking = permissions.filter((permission) => !owner.permissions.includes(permission));
  if (lacking.length > 0)
    throw new Forbidden(
      `${owner.email} lacks ${lacking.join(", ")}; has ${owner.permissions.join(", ") || "no permission"}`,
    );
  const key = randomBytes(KEY_BYTES).toString("hex");
  await saveApiToken(database, {
    keyHash: secretHash(key),
    keyStart: key.slice(0, SHOWN_CHARACTERS),
    ownerId: owner.id,
    permissions,
    notes,
    createdAt: now,
    expiresAt: addDays(now, days),
  });
  return key;
}
