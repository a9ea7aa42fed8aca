import type { RawCrash } from "#lib/core/crash";
import { crashIdDigit, type CrashId } from "#lib/core/crash-id";
import { CrashIdNotFound } from "#lib/core/errors";
import type { CrashStorage } from "#lib/crashstorage/storage";
import type { CrashQueue, Delivery } from "#lib/queue/queue";

/** New crashes have come to their end when none has come for so long. */
const LAST_AFTER_MS = 1_000;

export interface QueueStorageOptions {
  readonly queue: CrashQueue;
  /** Of 100 crashes, how many are queued. */
  readonly throttlePercent: number;
  /** Whether crashes that the collector deferred are left out. */
  readonly leavesOutDeferred: boolean;
  /** From 0 to 1. */
  readonly random?: () => number;
}

/** RabbitMQCrashStorage: saving a raw crash puts its id into the standard queue, and that is all that is kept of it. */
export function queueStorage(name: string, options: QueueStorageOptions): CrashStorage {
  const { queue, throttlePercent, leavesOutDeferred, random = Math.random } = options;
  const knowNothing = (id: CrashId) => Promise.reject(new CrashIdNotFound(id));
  return {
    name,
    keeps: new Set(),
    async saveRaw({ id, raw }) {
      if ((leavesOutDeferred && isDeferred(id, raw)) || random() * 100 >= throttlePercent) return;
      await queue.publish("standard", [{ id, ruleset: "default" }]);
    },
    saveProcessed: () => Promise.resolve(),
    getRaw: knowNothing,
    getDump: knowNothing,
    getDumpsAsFiles: knowNothing,
    getUnredactedProcessed: knowNothing,
    remove: knowNothing,
    newCrashes: () => queuedCrashes(queue),
    close: () => queue.close(),
  };
}

/** The throttle result as older collectors wrote it, else that in the crash id: 0 is the one that is processed. */
function isDeferred(id: CrashId, { legacy_processing: result = crashIdDigit(id) }: RawCrash): boolean {
  return result !== 0 && result !== "0";
}

/** Each is done when the next is asked for; one at which the iteration is broken off comes again. */
async function* queuedCrashes(queue: CrashQueue): AsyncGenerator<CrashId, void> {
  await queue.depths();
  for (;;) {
    const delivery = await nextDelivery(queue);
    if (!delivery) return;
    let isDone = false;
    try {
      yield delivery.task.id;
      isDone = true;
    } finally {
      await (isDone ? delivery.done() : delivery.retry(0, { uncounted: true }));
    }
  }
}

async function nextDelivery(queue: CrashQueue): Promise<Delivery | null> {
  for await (const delivery of queue.deliveries(AbortSignal.timeout(LAST_AFTER_MS))) return delivery;
  return null;
}
