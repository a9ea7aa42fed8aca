import { infiniteBackoffExecutor } from "#lib/transaction/executor";
import type { Broker, BrokerMessage, QueueReports } from "./broker";
import {
  QUEUE_NAMES,
  type CrashQueue,
  type CrashTask,
  type Delivery,
  type QueueDepths,
  type QueueName,
} from "./queue";
import { parseTaskText, taskText } from "./task-message";

/** Seconds between two attempts to reach a broker that is away; the last one repeats. */
const RECONNECT_DELAYS_SECONDS = [1, 2, 5, 10, 30] as const;

/**
 * A CrashQueue over a message broker. A retry is a copy with a new count, sent before the original is acknowledged.
 * A message for a task that this process has in work already is kept beside the first and shares its fate: that is how
 * a task whose connection broke, and which the broker gave out anew, is finished by the `done` of the work that went on.
 */
export function brokerQueue(broker: Broker, reports: QueueReports): CrashQueue {
  const work = workOf(broker, reports);
  const untilThere = infiniteBackoffExecutor({
    delaysSeconds: RECONNECT_DELAYS_SECONDS,
    onWait: reports.onAway,
  });
  return {
    name: broker.name,
    async publish(queue, tasks) {
      if (tasks.length === 0) return;
      await broker.send(
        queue,
        tasks.map((task) => ({ task, attemptsBefore: 0, delaySeconds: 0 })),
      );
    },
    async *deliveries(signal) {
      while (!signal.aborted) {
        const delivery = await untilThere(() => work.take(signal), signal).catch((error: unknown) => {
          if (signal.aborted) return null;
          throw error;
        });
        if (delivery) yield delivery;
      }
    },
    async depths() {
      const waiting = await broker.waiting();
      const entries = QUEUE_NAMES.map(
        (queue) => [queue, { waiting: waiting[queue], taken: work.taken(queue) }] as const,
      );
      return Object.fromEntries(entries) as QueueDepths;
    },
    close: () => broker.close(),
  };
}

/** What this process has in work. */
function workOf(broker: Broker, reports: QueueReports) {
  const inWork = new Map<string, BrokerMessage[]>();
  const finish = async (task: CrashTask, end: "acknowledge" | "release") => {
    const messages = inWork.get(taskText(task)) ?? [];
    inWork.delete(taskText(task));
    await Promise.all(messages.map((message) => message[end]()));
  };
  const deliveryOf = (task: CrashTask, message: BrokerMessage): Delivery => ({
    task,
    queue: message.queue,
    attempt: message.attemptsBefore + 1,
    done: () => finish(task, "acknowledge"),
    async retry(delaySeconds, options) {
      const attemptsBefore = message.attemptsBefore + (options?.uncounted ? 0 : 1);
      const isHeld = inWork.get(taskText(task))?.some((held) => held.isHeld()) ?? false;
      try {
        if (isHeld) await broker.send(message.queue, [{ task, attemptsBefore, delaySeconds }]);
        await finish(task, "acknowledge");
      } catch (error) {
        reports.onRetryLost(task, error);
        await finish(task, "release");
      }
    },
  });
  return {
    taken: (queue: QueueName) => [...inWork.values()].filter(([first]) => first?.queue === queue).length,
    /** The next task that is not in work; null when aborted. */
    async take(signal: AbortSignal): Promise<Delivery | null> {
      for (;;) {
        const message = await broker.receive(signal);
        if (!message) return null;
        const task = parseTaskText(message.text);
        const same = task && inWork.get(taskText(task));
        if (same) same.push(message);
        else if (task) {
          inWork.set(taskText(task), [message]);
          return deliveryOf(task, message);
        } else {
          reports.onDropped(message.queue, message.text);
          await message.acknowledge();
        }
      }
    },
  };
}
