import { Forbidden } from "#lib/core/errors";
import { saveAuditEntry, type AuditEntry } from "./audit";
import type { Database, Queryable } from "./database";
import type { Person } from "./people";

/** What was changed, for the audit log. */
export type Change = Pick<AuditEntry, "action" | "subject" | "detail">;

/** A transaction of a superuser's. */
export interface Administration extends Queryable {
  /** Ids of all active superusers, who stay that until its end unless it changes them. */
  readonly superusers: readonly number[];
}

/**
 * Changes something as a superuser, with its entry in the audit log or not at all; null from `work` says that there was
 * nothing to change. One such change waits for the other: two superusers cannot make each other the last one. Throws
 * Forbidden when the actor is no active superuser by then, and what `work` throws.
 */
export async function administer(
  { client }: Database,
  { actor, at }: { readonly actor: Pick<Person, "id" | "email">; readonly at: Date },
  work: (transaction: Administration) => Promise<Change | null>,
): Promise<void> {
  await client.$transaction(async (transaction) => {
    const rows = await transaction.$queryRaw<readonly { readonly id: number }[]>`
      SELECT "id" FROM "user_account" WHERE "superuser" AND "active" ORDER BY "id" FOR UPDATE`;
    const superusers = rows.map(({ id }) => id);
    if (!superusers.includes(actor.id)) throw new Forbidden("Only superusers may do this.");
    const change = await work({ client: transaction, superusers });
    if (change) await saveAuditEntry({ client: transaction }, { at, actor: actor.email, ...change });
  });
}
