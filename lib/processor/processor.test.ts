import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { Registry } from "prom-client";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { SearchDocument } from "#lib/fields/document";
import { processorMetrics } from "#lib/monitoring/processor-metrics";
import { sampleTask } from "#lib/queue/conformance";
import type { CrashQueue, CrashTask } from "#lib/queue/queue";
import { openCrashQueue } from "#lib/queue/registry";
import { infiniteBackoffExecutor, limitedBackoffExecutor } from "#lib/transaction/executor";
import { createIndexer } from "./indexer";
import type { Outcome, ProcessedFacts, Work } from "./outcome";
import { startProcessor, type Processor, type ProcessorOptions } from "./processor";

let directory: string;
let queue: CrashQueue;
let processor: Processor | undefined;
let registry: Registry;
beforeEach(async () => {
  registry = new Registry();
  directory = await mkdtemp(join(tmpdir(), "processor-"));
  queue = await openCrashQueue("fs:", directory);
});
afterEach(async () => {
  await processor?.stop();
  await queue.close();
  await rm(directory, { recursive: true });
});

const documentOf = ({ id }: CrashTask): SearchDocument => ({
  uuid: id,
  date: "2026-11-20T00:00:00+00:00",
  signature: "s",
});
const factsOf = (task: CrashTask): ProcessedFacts => ({ document: documentOf(task), blindingModules: [] });
const processed = (task: CrashTask): Outcome => ({
  kind: "processed",
  ...factsOf(task),
  seconds: { fetch: 0.25, SignatureGeneratorRule: 0.5 },
  undeclared: ["planted"],
});
const failed = (transient: boolean): Outcome => ({
  kind: "failed",
  transient,
  reason: "a reason",
  detail: "",
});
const isEmpty = async () =>
  Object.values(await queue.depths()).every(({ waiting, taken }) => waiting === 0 && taken === 0);

/** Starts a processor over scripted work; gives what was asked, indexed and given up. */
function start(
  work: (work: Work, asked: readonly Work[]) => Outcome | Promise<Outcome>,
  options: Partial<ProcessorOptions> = {},
) {
  const seen = { asked: [] as Work[], indexed: [] as string[], givenUp: [] as string[] };
  processor = startProcessor({
    queue,
    work: async (asked) => {
      seen.asked.push(asked);
      return work(asked, seen.asked);
    },
    indexer: { add: ({ document }) => Promise.resolve(void seen.indexed.push(document.uuid)) },
    concurrency: 2,
    maxAttempts: 3,
    retryDelaySeconds: () => 0,
    execute: limitedBackoffExecutor({ delaysSeconds: [0, 0] }),
    metrics: processorMetrics(registry),
    onGivenUp: ({ task }, reason) => Promise.resolve(void seen.givenUp.push(`${task.id} ${reason}`)),
    log: pino({ level: "silent" }),
    ...options,
  });
  return seen;
}

describe("the processor", () => {
  it("processes and indexes every crash once, and takes it from the queue", async () => {
    const tasks = Array.from({ length: 25 }, () => sampleTask());
    await queue.publish("standard", tasks);
    const seen = start(({ task }) => processed(task));
    await expect.poll(isEmpty).toBe(true);
    expect([...seen.indexed].sort()).toEqual(tasks.map(({ id }) => id).sort());
  });

  it("has as many crashes in work as allowed, and no more", async () => {
    await queue.publish(
      "standard",
      Array.from({ length: 9 }, () => sampleTask()),
    );
    const counts: number[] = [];
    let waiting: (() => void)[] = [];
    const inWork = (resolve: () => void) => {
      counts.push(waiting.push(resolve));
      if (waiting.length < 3) return;
      const released = waiting;
      waiting = [];
      for (const release of released) release();
    };
    start(async ({ task }) => new Promise<void>(inWork).then(() => processed(task)), { concurrency: 3 });
    await expect.poll(isEmpty).toBe(true);
    expect(Math.max(...counts)).toBe(3);
  });

  it("tries a crash that fails again, and then keeps it as failed", async () => {
    const task = sampleTask();
    await queue.publish("standard", [task]);
    const seen = start((work) => (work.kind === "process" ? failed(false) : processed(task)));
    await expect.poll(isEmpty).toBe(true);
    expect(seen.asked.map(({ kind }) => kind)).toEqual(["process", "process", "process", "give-up"]);
    expect(seen.asked.at(-1)).toMatchObject({ attempts: 3, reason: "a reason" });
    expect(seen.givenUp).toEqual([`${task.id} a reason`]);
    expect(seen.indexed).toEqual([task.id]);
  });

  it("does not count what is not the crash's fault, however long it lasts", async () => {
    await queue.publish("standard", [sampleTask()]);
    const execute = infiniteBackoffExecutor({ delaysSeconds: [0] });
    const seen = start(({ task }, asked) => (asked.length < 8 ? failed(true) : processed(task)), { execute });
    await expect.poll(isEmpty).toBe(true);
    expect(seen.givenUp).toEqual([]);
    expect(seen.asked).toHaveLength(8);
  });

  it("waits with the executor's delays while a store is away, and takes no other crash meanwhile", async () => {
    await queue.publish("standard", [sampleTask(), sampleTask(), sampleTask()]);
    const waited: number[] = [];
    const execute = limitedBackoffExecutor({ delaysSeconds: [10, 30], onWait: (left) => waited.push(left) });
    const seen = start(() => failed(true), { concurrency: 1, execute });
    await expect.poll(() => waited).toEqual([10]);
    expect(new Set(seen.asked.map(({ task }) => task.id)).size).toBe(1);
    await processor?.stop();
    const { waiting, taken } = (await queue.depths()).standard;
    expect([waiting, taken]).toEqual([3, 0]);
  });

  it("puts a crash back into the queue when the executor has no more patience", async () => {
    await queue.publish("standard", [sampleTask()]);
    const seen = start(() => failed(true));
    await expect.poll(async () => (await queue.depths()).standard.taken === 0 && seen.asked.length).toBe(4);
    expect((await queue.depths()).standard.waiting).toBe(1);
  });

  it("gives up, without trying, a crash whose last attempts ended the process", async () => {
    const task = sampleTask();
    await queue.publish("standard", [task]);
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      for await (const delivery of queue.deliveries(new AbortController().signal)) {
        expect(delivery.attempt).toBe(attempt);
        break;
      }
      await queue.close();
      queue = await openCrashQueue("fs:", directory);
    }
    const seen = start(() => processed(task));
    await expect.poll(isEmpty).toBe(true);
    expect(seen.asked).toMatchObject([{ kind: "give-up", attempts: 3 }]);
  });

  it("takes the end of a worker for a failed attempt", async () => {
    await queue.publish("standard", [sampleTask()]);
    const seen = start(({ task, kind }) =>
      kind === "process" ? Promise.reject(new Error("worker died")) : processed(task),
    );
    await expect.poll(isEmpty).toBe(true);
    expect(seen.givenUp[0]).toContain("a processor worker ended while working on it");
  });

  it("keeps that a crash was given up after indexing it, which forgets that, and before it leaves the queue", async () => {
    const task = sampleTask();
    await queue.publish("standard", [task]);
    const events: string[] = [];
    start((work) => (work.kind === "process" ? failed(false) : processed(task)), {
      indexer: { add: () => Promise.resolve(void events.push("indexed")) },
      onGivenUp: async () => void events.push(`given up, ${(await queue.depths()).standard.taken} taken`),
    });
    await expect.poll(isEmpty).toBe(true);
    expect(events).toEqual(["indexed", "given up, 1 taken"]);
  });

  it("says that it is not running any longer when the queue cannot be read", async () => {
    const deliveries = () => ({
      [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new Error("broken")) }),
    });
    start(({ task }) => processed(task), { queue: { ...queue, deliveries } });
    await expect.poll(() => processor?.isRunning()).toBe(false);
    await expect(processor?.stop()).rejects.toThrow("broken");
    processor = undefined;
  });

  it("drops an id without a raw crash", async () => {
    await queue.publish("standard", [sampleTask()]);
    const seen = start(() => ({ kind: "unknown" }));
    await expect.poll(isEmpty).toBe(true);
    expect([seen.asked.length, seen.indexed.length]).toEqual([1, 0]);
  });

  it("keeps a crash in the queue until it is indexed", async () => {
    await queue.publish("standard", [sampleTask()]);
    let tries = 0;
    const seen = start(({ task }) => processed(task), {
      indexer: { add: () => (++tries < 3 ? Promise.reject(new Error("index away")) : Promise.resolve()) },
    });
    await expect.poll(isEmpty).toBe(true);
    expect([tries, seen.asked.length]).toEqual([3, 1]);
  });

  it("counts how crashes end, how long each stage took, and keys that nobody declared", async () => {
    const [good, bad] = [sampleTask(), sampleTask()];
    await queue.publish("standard", [good, bad]);
    start((work) =>
      work.task.id === bad.id && work.kind === "process" ? failed(false) : processed(work.task),
    );
    await expect.poll(isEmpty).toBe(true);
    await processor?.stop();
    const text = await registry.metrics();
    for (const line of [
      'crash_stats_processor_crash_seconds_count{outcome="processed"} 1',
      'crash_stats_processor_crash_seconds_count{outcome="failed"} 2',
      'crash_stats_processor_crash_seconds_count{outcome="given-up"} 1',
      'crash_stats_processor_stage_seconds_sum{stage="SignatureGeneratorRule"} 1',
      'crash_stats_processor_stage_seconds_count{stage="index"} 2',
      "crash_stats_processor_undeclared_keys_total 2",
      "crash_stats_processor_ingestion_seconds_count 2",
      "crash_stats_processor_crashes_in_work 0",
    ])
      expect(text.split("\n")).toContain(line);
  });

  it("finishes what is in work when it stops, and leaves the rest", async () => {
    await queue.publish(
      "standard",
      Array.from({ length: 10 }, () => sampleTask()),
    );
    const seen = start(({ task }) => processed(task), { concurrency: 1 });
    await expect.poll(() => seen.asked.length).toBeGreaterThan(0);
    await processor?.stop();
    const { waiting, taken } = (await queue.depths()).standard;
    expect(seen.indexed.length + (waiting ?? NaN) + taken).toBe(10);
  });
});

describe("createIndexer", () => {
  it("writes a lone document at once and collects what comes meanwhile", async () => {
    const batches: number[] = [];
    let release: () => void = () => undefined;
    const indexer = createIndexer(async (crashes) => {
      batches.push(crashes.length);
      await new Promise<void>((resolve) => (release = resolve));
    });
    const adding = [factsOf(sampleTask()), factsOf(sampleTask()), factsOf(sampleTask())].map((facts) =>
      indexer.add(facts),
    );
    await expect.poll(() => batches).toEqual([1]);
    release();
    await expect.poll(() => batches).toEqual([1, 2]);
    release();
    await Promise.all(adding);
  });

  it("tells everybody in a batch that it failed, and goes on with the next", async () => {
    let fail = true;
    const indexer = createIndexer(() => (fail ? Promise.reject(new Error("away")) : Promise.resolve()));
    await expect(indexer.add(factsOf(sampleTask()))).rejects.toThrow("away");
    fail = false;
    await indexer.add(factsOf(sampleTask()));
  });
});
