import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { newCrashId } from "#lib/core/crash-id";
import type { CrashQueue, CrashTask, Delivery } from "./queue";

/** What a driver's test gives the contract: an open queue. Called again with the same directory it opens the same queue. */
export type OpenQueue = (directory: string) => Promise<CrashQueue>;

/** A task for a crash of 20 November 2026. */
export function sampleTask(ruleset = "default"): CrashTask {
  return { id: newCrashId(new Date("2026-11-20T00:00:00Z"), crypto.randomUUID(), 0), ruleset };
}

/** The promises of CrashQueue, run against one driver. */
export function crashQueueContract(
  name: string,
  openQueue: OpenQueue,
  { tellsWaiting = true }: { readonly tellsWaiting?: boolean } = {},
): void {
  const waiting = (count: number) => (tellsWaiting ? count : null);
  describe(`${name} keeps the CrashQueue contract`, () => {
    let directory: string;
    let queue: CrashQueue;
    let stop: AbortController;

    beforeEach(async () => {
      directory = await mkdtemp(join(tmpdir(), "crashqueue-"));
      queue = await openQueue(directory);
      stop = new AbortController();
    });
    afterEach(async () => {
      stop.abort();
      await queue.close();
      await rm(directory, { recursive: true, force: true });
    });

    const reopen = async () => {
      stop.abort();
      await queue.close();
      stop = new AbortController();
      queue = await openQueue(directory);
    };
    const take = async (count: number): Promise<readonly Delivery[]> => {
      const taken: Delivery[] = [];
      if (count > 0)
        for await (const delivery of queue.deliveries(stop.signal)) {
          taken.push(delivery);
          if (taken.length === count) break;
        }
      return taken;
    };
    const tasksOf = (deliveries: readonly Delivery[]) => deliveries.map(({ task }) => task);

    it("hands out what was published, oldest first, with its ruleset", async () => {
      const tasks = [sampleTask(), sampleTask("regenerate_signature"), sampleTask()];
      await queue.publish("standard", tasks.slice(0, 1));
      await queue.publish("standard", tasks.slice(1));
      const deliveries = await take(3);
      expect(tasksOf(deliveries)).toEqual(tasks);
      expect(deliveries.map(({ attempt }) => attempt)).toEqual([1, 1, 1]);
    });

    it("empties priority before standard before reprocessing", async () => {
      const [slow, plain, urgent] = [sampleTask(), sampleTask(), sampleTask()];
      await queue.publish("reprocessing", [slow]);
      await queue.publish("standard", [plain]);
      await queue.publish("priority", [urgent]);
      const deliveries = await take(3);
      expect(tasksOf(deliveries)).toEqual([urgent, plain, slow]);
      expect(deliveries.map((delivery) => delivery.queue)).toEqual(["priority", "standard", "reprocessing"]);
    });

    it("wakes a waiting consumer when something is published", async () => {
      const waiting = take(1);
      const task = sampleTask();
      await queue.publish("priority", [task]);
      expect(tasksOf(await waiting)).toEqual([task]);
    });

    it("never hands out again what is done, not even after a restart", async () => {
      const [finished, open] = [sampleTask(), sampleTask()];
      await queue.publish("standard", [finished, open]);
      const [first] = await take(1);
      await first?.done();
      await reopen();
      expect(tasksOf(await take(1))).toEqual([open]);
    });

    it("hands out again, with one attempt more, what was taken and not done when the process ended", async () => {
      const task = sampleTask();
      await queue.publish("standard", [task]);
      await take(1);
      await reopen();
      expect(await take(1)).toMatchObject([{ task, attempt: 2 }]);
      await reopen();
      expect(await take(1)).toMatchObject([{ task, attempt: 3 }]);
    });

    it("hands out a retried task again, counting the attempt unless told not to", async () => {
      const task = sampleTask();
      await queue.publish("standard", [task]);
      const [first] = await take(1);
      await first?.retry(0);
      const [second] = await take(1);
      expect(second).toMatchObject({ task, attempt: 2 });
      await second?.retry(0, { uncounted: true });
      expect(await take(1)).toMatchObject([{ task, attempt: 2 }]);
    });

    it("keeps the attempts of a retried task over a restart", async () => {
      const task = sampleTask();
      await queue.publish("standard", [task]);
      const [first] = await take(1);
      await first?.retry(1);
      await reopen();
      expect(await take(1)).toMatchObject([{ task, attempt: 2 }]);
    });

    it("lets other tasks pass one that waits for its retry", async () => {
      const [failing, next] = [sampleTask(), sampleTask()];
      await queue.publish("standard", [failing]);
      const [first] = await take(1);
      await first?.retry(3600);
      await queue.publish("standard", [next]);
      expect(tasksOf(await take(1))).toEqual([next]);
    });

    it("hands out each of many tasks exactly once when all goes well", async () => {
      const tasks = Array.from({ length: 200 }, () => sampleTask());
      await Promise.all(tasks.map((task) => queue.publish("standard", [task])));
      const deliveries = await take(200);
      await Promise.all(deliveries.map((delivery) => delivery.done()));
      expect(new Set(deliveries.map(({ task }) => task.id))).toEqual(new Set(tasks.map(({ id }) => id)));
      expect((await queue.depths()).standard).toEqual({ waiting: waiting(0), taken: 0 });
    });

    it("tells how many tasks wait and how many are being worked on", async () => {
      await queue.publish("standard", [sampleTask(), sampleTask(), sampleTask()]);
      await queue.publish("reprocessing", [sampleTask()]);
      await take(1);
      expect(await queue.depths()).toEqual({
        priority: { waiting: waiting(0), taken: 0 },
        standard: { waiting: waiting(2), taken: 1 },
        reprocessing: { waiting: waiting(1), taken: 0 },
      });
    });

    it("publishes nothing when given nothing", async () => {
      await queue.publish("standard", []);
      expect((await queue.depths()).standard.waiting).toBe(waiting(0));
    });

    it("ends the deliveries when the consumer stops", async () => {
      const consuming = take(1);
      stop.abort();
      expect(await consuming).toEqual([]);
    });
  });
}
