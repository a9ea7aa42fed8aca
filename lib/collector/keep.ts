import type { CrashId } from "#lib/core/crash-id";
import { hasCode } from "#lib/core/errors";
import type { CrashStorage } from "#lib/crashstorage/storage";
import type { CrashQueue } from "#lib/queue/queue";
import type { Accepted } from "./accept";

/** Makes a report durable, and its queue entry too if `publish`. When it throws, nothing of the report is visible. */
export type Keep = (accepted: Accepted, options: { readonly publish: boolean }) => Promise<void>;

/**
 * A crash that is stored already under an id that the client sent stays as it is and is published again:
 * the client tries again because an answer got lost. Submissions of one id are kept one after the other,
 * so that undoing one that cannot be queued never removes what another has acknowledged.
 */
export function keeper(storage: CrashStorage, queue: CrashQueue): Keep {
  const inWork = new Map<CrashId, Promise<void>>();
  return (accepted, { publish }) => {
    const { id } = accepted.report;
    const before = inWork.get(id) ?? Promise.resolve();
    const work = before
      .catch(() => undefined)
      .then(() => keep(accepted, storage, publish ? queue : null))
      .finally(() => {
        if (inWork.get(id) === work) inWork.delete(id);
      });
    inWork.set(id, work);
    return work;
  };
}

async function keep(
  { report, idWasSent }: Accepted,
  storage: CrashStorage,
  queue: CrashQueue | null,
): Promise<void> {
  const isStored = idWasSent && (await hasRaw(storage, report.id));
  if (!isStored) await storage.saveRaw(report);
  try {
    await queue?.publish("standard", [{ id: report.id, ruleset: "default" }]);
  } catch (error) {
    if (!isStored) await storage.remove(report.id);
    throw error;
  }
}

async function hasRaw(storage: CrashStorage, id: CrashId): Promise<boolean> {
  try {
    await storage.getRaw(id);
    return true;
  } catch (error) {
    if (hasCode(error, "crash_id_not_found")) return false;
    throw error;
  }
}
