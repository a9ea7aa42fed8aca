import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { startTcpProxy } from "#test/services/tcp-proxy";
import { sampleTask } from "./conformance";
import type { CrashQueue, CrashTask } from "./queue";

/** What a driver's test gives the faults: queues that are reached over TCP. */
export interface FaultyQueue {
  /** Of the real server; asked for when a test begins. */
  readonly port: () => number;
  /** Opens a queue through another port of this machine that leads to the server. The same name opens the same queue. */
  readonly open: (port: number, name: string) => Promise<CrashQueue>;
}

const CUTS_AT_ONCE = 8;
const MOST_CHUNKS = 64;
const PATIENCE = { timeout: 60_000, interval: 200 };

/** What must hold when the way to a queue breaks. A driver's test calls it beside `crashQueueContract`. */
export function crashQueueFaults(name: string, { port, open }: FaultyQueue): void {
  describe(`${name} withstands faults`, () => {
    /** Publishes while the way is cut after some chunks, then again until it is taken; whether the first try got through. */
    const publishCutOff = async (directory: string, chunks: number): Promise<boolean> => {
      const [proxy, own] = [await startTcpProxy(port()), join(directory, String(chunks))];
      const queue = await open(proxy.port, own);
      const consumer = await open(port(), own);
      const task = sampleTask();
      try {
        await queue.publish("standard", [sampleTask()]);
        proxy.cutAfterChunks(chunks);
        const failure: unknown = await queue.publish("standard", [task]).then(
          () => null,
          (error: unknown) => error,
        );
        if (failure !== null)
          expect(failure).toMatchObject({
            code: "publish_failed",
            transient: true,
            failures: [{ id: task.id }],
          });
        proxy.resume();
        if (failure !== null) await vi.waitFor(() => queue.publish("standard", [task]), PATIENCE);
        await finishOne(consumer, task);
        return failure === null;
      } finally {
        await queue.close();
        await consumer.close();
        await proxy.close();
      }
    };

    it("publishing that is cut off anywhere names the crash, and what is taken is handed out", async () => {
      const directory = await mkdtemp(join(tmpdir(), "crashqueue-faults-"));
      try {
        for (let chunks = 0; chunks < MOST_CHUNKS; chunks += CUTS_AT_ONCE) {
          const cuts = Array.from({ length: CUTS_AT_ONCE }, (_, index) => chunks + index);
          const tries = await Promise.all(cuts.map((cut) => publishCutOff(directory, cut)));
          if (tries.includes(true)) return;
        }
        throw new Error(`Nothing gets through before ${MOST_CHUNKS} chunks have passed.`);
      } finally {
        await rm(directory, { recursive: true });
      }
    });

    it("a task that cannot be finished for a cut way comes again until it is", async () => {
      const directory = await mkdtemp(join(tmpdir(), "crashqueue-faults-"));
      const proxy = await startTcpProxy(port());
      const queue = await open(proxy.port, directory);
      const task = sampleTask();
      try {
        await queue.publish("standard", [task]);
        for await (const delivery of queue.deliveries(AbortSignal.timeout(PATIENCE.timeout))) {
          proxy.cut();
          await delivery.done().catch(() => undefined);
          proxy.resume();
          break;
        }
        await finishOne(queue, task);
      } finally {
        await queue.close();
        await proxy.close();
        await rm(directory, { recursive: true });
      }
    });
  });
}

/** Finishes what comes until a task has come. */
async function finishOne(queue: CrashQueue, { id }: CrashTask): Promise<void> {
  for await (const delivery of queue.deliveries(AbortSignal.timeout(PATIENCE.timeout))) {
    await delivery.done();
    if (delivery.task.id === id) return;
  }
  throw new Error(`${id} was published and never came.`);
}
