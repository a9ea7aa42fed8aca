import type { CrashId } from "#lib/core/crash-id";
import type { CrashQueue } from "#lib/queue/queue";

const AGAIN_AFTER_MS = 60_000;
const REMEMBERED = 10_000;

const asked = new Map<CrashId, number>();

/** Puts a crash that somebody looks at in front of all others; at most once a minute for the same crash. */
export async function prioritise(queue: CrashQueue, id: CrashId, now: Date): Promise<void> {
  const before = asked.get(id);
  if (before !== undefined && now.getTime() - before < AGAIN_AFTER_MS) return;
  if (asked.size >= REMEMBERED) asked.clear();
  asked.set(id, now.getTime());
  await queue.publish("priority", [{ id, ruleset: "default" }]);
}
