import { parseCrashId, type CrashId } from "#lib/core/crash-id";
import { BadArgument, Forbidden } from "#lib/core/errors";
import { PERMISSION_TITLES, type Permission, type Viewer } from "#lib/core/viewer";
import { forgetFailedCrashes } from "#lib/db/failed-crashes";
import type { Services } from "#lib/services";

/** What may be done with crashes that were given up: processing them once more, or taking them off the list. */
export const QUARANTINE_ACTIONS = ["reprocess", "remove"] as const;

const NEEDED: Permission = "reprocess_crashes";

/** Whether a viewer may do anything with crashes that were given up. */
export function mayActOnQuarantine(viewer: Viewer): boolean {
  return viewer.can(NEEDED);
}

/**
 * Does something with crashes that were given up, and says with how many. One that is reprocessed leaves the list when it has
 * been processed; one that is removed from the list stays as it is, with its notes. Throws Forbidden, and BadArgument when a
 * crash id or the action is none: then nothing is done.
 */
export async function actOnQuarantine(
  { queue, database }: Pick<Services, "queue" | "database">,
  viewer: Viewer,
  asked: { readonly action: string; readonly crashIds: readonly string[] },
): Promise<number> {
  if (!mayActOnQuarantine(viewer))
    throw new Forbidden(`This needs the permission '${PERMISSION_TITLES[NEEDED]}'.`);
  const action = QUARANTINE_ACTIONS.find((name) => name === asked.action);
  if (!action)
    throw new BadArgument(`"${asked.action}" is no action. Accepted: ${QUARANTINE_ACTIONS.join(", ")}.`);
  const ids = [...new Set(asked.crashIds.map(crashIdOf))];
  if (ids.length === 0) return 0;
  if (action === "remove") return forgetFailedCrashes(database, ids);
  await queue.publish(
    "reprocessing",
    ids.map((id) => ({ id, ruleset: "default" })),
  );
  return ids.length;
}

function crashIdOf(text: string): CrashId {
  const id = parseCrashId(text);
  if (!id) throw new BadArgument(`"${text}" is not a crash id.`);
  return id;
}
