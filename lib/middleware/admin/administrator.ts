import { AppError, Forbidden } from "#lib/core/errors";
import { administer, type Administration, type Change } from "#lib/db/administration";
import type { Person } from "#lib/db/people";
import type { MiddlewareServices } from "#lib/services";

/** Who asks to see or change people, groups and the audit log, when. */
export interface Administrator {
  readonly services: Pick<MiddlewareServices, "database">;
  /** Null for anybody who is not signed in. */
  readonly person: Person | null;
  readonly now: Date;
}

/** Whether somebody may administer. */
export function isSuperuser(person: Person | null): person is Person {
  return person?.superuser === true && person.active;
}

/** The superuser who asks. Throws Forbidden for everybody else. */
export function demandSuperuser({ person }: Pick<Administrator, "person">): Person {
  if (!isSuperuser(person)) throw new Forbidden("Only superusers may do this.");
  return person;
}

/** Changes something with its entry in the audit log, or not at all; see `administer`. */
export async function changeAs(
  administrator: Administrator,
  work: (transaction: Administration) => Promise<Change | null>,
): Promise<void> {
  const { services, now } = administrator;
  await administer(services.database, { actor: demandSuperuser(administrator), at: now }, work);
}

/** Why a change that was well asked for is not made, as stable names and in words. */
export const REFUSALS = {
  gone: "What it was about is there no longer.",
  last_superuser: "Nobody else is an active superuser. Make somebody one first.",
  group_exists: "There is a group of that name.",
  group_name: "A group's name has 1 to 60 letters, digits, spaces, dots, hyphens and underscores.",
  group_built_in: "This group stays: commands put people into it.",
  group_has_members: "There are people in the group. They have to leave it first.",
} as const;

export type Refusal = keyof typeof REFUSALS;

/** A change that is not made, for one of the known reasons. */
export class ChangeRefused extends AppError {
  override readonly name = "ChangeRefused";
  readonly code = "change_refused";
  readonly status = 409;

  constructor(readonly reason: Refusal) {
    super(REFUSALS[reason]);
  }
}
