import { connect } from "amqplib";
import { afterEach, beforeEach, describe, expect, inject, it, vi } from "vitest";
import { SILENT, type QueueReports } from "#lib/queue/broker";
import { crashQueueContract, sampleTask } from "#lib/queue/conformance";
import { crashQueueFaults } from "#lib/queue/fault-conformance";
import type { CrashQueue, Delivery } from "#lib/queue/queue";
import { openCrashQueue } from "#lib/queue/registry";
import { startRabbitmq, type RabbitmqService } from "#test/services/rabbitmq";
import { deleteQueues } from "#test/services/rabbitmq-queues";
import { startTcpProxy, type TcpProxy } from "#test/services/tcp-proxy";

const prefixes = new Map<string, string>();
const newPrefix = () => `test-${crypto.randomUUID()}.`;
const amqpUrl = inject("amqpUrl");

const openAt = (server: string, prefix: string, reports: QueueReports = SILENT) =>
  openCrashQueue(`${server}?prefix=${prefix}`, "", reports);

/** The same directory has the same queues. */
function prefixOf(directory: string): string {
  const prefix = prefixes.get(directory) ?? newPrefix();
  prefixes.set(directory, prefix);
  return prefix;
}

async function take(queue: CrashQueue, count: number, signal = new AbortController().signal) {
  const taken: Delivery[] = [];
  for await (const delivery of queue.deliveries(signal)) if (taken.push(delivery) === count) break;
  return taken;
}

/** Finishes everything there is, until nothing waits and nothing is in work. */
async function drain(queue: CrashQueue): Promise<readonly string[]> {
  const stop = new AbortController();
  const seen: string[] = [];
  const consuming = (async () => {
    for await (const delivery of queue.deliveries(stop.signal)) {
      seen.push(delivery.task.id);
      await delivery.done();
    }
  })();
  await vi.waitFor(
    async () =>
      expect(
        Object.values(await queue.depths()).every((depth) => depth.waiting === 0 && depth.taken === 0),
      ).toBe(true),
    { timeout: 60_000, interval: 100 },
  );
  stop.abort();
  await consuming;
  return seen;
}

describe("on a server that is there", () => {
  afterEach(async () => {
    for (const prefix of prefixes.values()) await deleteQueues(amqpUrl, prefix);
    prefixes.clear();
  });

  crashQueueContract("rabbitmq", (directory) => openAt(amqpUrl, prefixOf(directory)));
  crashQueueFaults("rabbitmq", {
    port: () => Number(new URL(amqpUrl).port),
    open: (port, name) => openAt(`amqp://127.0.0.1:${port}`, prefixOf(name)),
  });

  const raw = async (prefix: string) => {
    const connection = await connect(amqpUrl);
    const channel = await connection.createConfirmChannel();
    return { channel, queue: `${prefix}normal`, close: () => connection.close() };
  };

  it("carries the crash id alone, and the ruleset only when it is not the default", async () => {
    const prefix = prefixOf("form");
    const queue = await openAt(amqpUrl, prefix);
    const [plain, special] = [sampleTask(), sampleTask("regenerate_signature")];
    await queue.publish("standard", [plain, special]);
    const { channel, queue: name, close } = await raw(prefix);
    const bodies = [await channel.get(name), await channel.get(name)].map((message) =>
      message === false ? null : message.content.toString(),
    );
    expect(bodies).toEqual([plain.id, `${special.id}:regenerate_signature`]);
    await close();
    await queue.close();
  });

  it("takes ids that another program put there, and drops what is no task", async () => {
    const prefix = prefixOf("foreign");
    const dropped: string[] = [];
    const queue = await openAt(amqpUrl, prefix, { ...SILENT, onDropped: (_, text) => dropped.push(text) });
    const task = sampleTask();
    const { channel, queue: name, close } = await raw(prefix);
    for (const text of ["test", "", `${task.id}:../etc`, task.id])
      channel.sendToQueue(name, Buffer.from(text));
    await channel.waitForConfirms();
    const [delivery] = await take(queue, 1);
    expect(delivery).toMatchObject({ task, attempt: 1 });
    await delivery?.done();
    expect(dropped).toEqual(["test", "", `${task.id}:../etc`]);
    expect((await queue.depths()).standard).toEqual({ waiting: 0, taken: 0 });
    await close();
    await queue.close();
  });

  it("uses a queue that an administrator made, whatever its type", async () => {
    const prefix = prefixOf("quorum");
    const { channel, queue: name, close } = await raw(prefix);
    await channel.assertQueue(name, { durable: true, arguments: { "x-queue-type": "quorum" } });
    const queue = await openAt(amqpUrl, prefix);
    const task = sampleTask();
    await queue.publish("standard", [task]);
    await take(queue, 1);
    await queue.close();
    const again = await openAt(amqpUrl, prefix);
    expect(await take(again, 1)).toMatchObject([{ task, attempt: 2 }]);
    await close();
    await again.close();
  });

  it("hands out a priority task next, however many others wait", async () => {
    const queue = await openAt(amqpUrl, prefixOf("priority"));
    await queue.publish(
      "standard",
      Array.from({ length: 50 }, () => sampleTask()),
    );
    const urgent = sampleTask();
    const order: string[] = [];
    for await (const delivery of queue.deliveries(new AbortController().signal)) {
      order.push(delivery.queue);
      await delivery.done();
      if (order.length === 2) await queue.publish("priority", [urgent]);
      if (order.length === 4) break;
    }
    expect(order).toEqual(["standard", "standard", "priority", "standard"]);
    await queue.close();
  });

  it("waits out the delay of a retry, and holds nothing of other processes back meanwhile", async () => {
    const prefix = prefixOf("delay");
    const [one, other] = [await openAt(amqpUrl, prefix), await openAt(amqpUrl, prefix)];
    const task = sampleTask();
    await one.publish("standard", [task]);
    const [first] = await take(one, 1);
    const started = performance.now();
    await first?.retry(1);
    expect((await other.depths()).standard).toEqual({ waiting: 1, taken: 0 });
    expect(await take(other, 1)).toMatchObject([{ task, attempt: 2 }]);
    expect(performance.now() - started).toBeGreaterThan(990);
    await one.close();
    await other.close();
  });

  it("gives back uncounted what it was sent but did not hand out before it was closed", async () => {
    const prefix = prefixOf("unasked");
    const queue = await openAt(amqpUrl, prefix);
    const publisher = await openAt(amqpUrl, prefix);
    const consuming = take(queue, 1);
    const tasks = [sampleTask(), sampleTask()];
    await Promise.all([
      publisher.publish("priority", tasks.slice(0, 1)),
      publisher.publish("reprocessing", tasks.slice(1)),
    ]);
    const [taken] = await consuming;
    await taken?.done();
    await queue.close();
    expect(await take(publisher, 1)).toMatchObject([{ attempt: 1 }]);
    await publisher.close();
  });

  it.each([
    ["a wrong password", (url: string) => url.replace("//", "//nobody:secret@")],
    ["a virtual host that is not there", (url: string) => `${url}/nowhere`],
  ])("%s stops the start and is not printed", async (_, changed) => {
    const opening = openCrashQueue(changed(amqpUrl), "");
    await expect(opening).rejects.toMatchObject({ code: "bad_setting" });
    await expect(opening).rejects.not.toThrow(/secret/);
  });
});

describe("when the connection is cut", () => {
  let proxy: TcpProxy;
  let prefix: string;
  let away: unknown[];
  let queue: CrashQueue;
  beforeEach(async () => {
    prefix = newPrefix();
    away = [];
    proxy = await startTcpProxy(Number(new URL(amqpUrl).port));
    queue = await openAt(`amqp://127.0.0.1:${proxy.port}`, prefix, {
      ...SILENT,
      onAway: (_, error) => away.push(error),
    });
  });
  afterEach(async () => {
    await queue.close();
    await proxy.close();
    await deleteQueues(amqpUrl, prefix);
  });

  it("a waiting consumer says so, reconnects, and goes on", async () => {
    const waiting = take(queue, 1);
    proxy.cut();
    await vi.waitFor(() => expect(away).not.toEqual([]));
    expect(away[0]).toMatchObject({ code: "storage_unavailable" });
    proxy.resume();
    const task = sampleTask();
    const elsewhere = await openAt(amqpUrl, prefix);
    await elsewhere.publish("standard", [task]);
    await elsewhere.close();
    expect(await waiting).toMatchObject([{ task }]);
  });

  it("a waiting consumer can still be stopped", async () => {
    const stop = new AbortController();
    const waiting = take(queue, 1, stop.signal);
    proxy.cut();
    await vi.waitFor(() => expect(away).not.toEqual([]));
    stop.abort();
    expect(await waiting).toEqual([]);
  });

  it("publishing fails with the ids that were not taken, and works after", async () => {
    proxy.cut();
    const task = sampleTask();
    await expect(queue.publish("standard", [task])).rejects.toMatchObject({
      code: "publish_failed",
      transient: true,
      failures: [{ id: task.id }],
    });
    await expect(queue.depths()).rejects.toMatchObject({ code: "storage_unavailable" });
    proxy.resume();
    await queue.publish("standard", [task]);
    expect((await queue.depths()).standard.waiting).toBe(1);
  });

  it("a task in work is finished by the work that went on, though it was given out again", async () => {
    const [task, next] = [sampleTask(), sampleTask()];
    await queue.publish("standard", [task]);
    const [first] = await take(queue, 1);
    proxy.cut();
    proxy.resume();
    const following = take(queue, 1);
    await vi.waitFor(async () => expect((await queue.depths()).standard).toEqual({ waiting: 0, taken: 1 }), {
      timeout: 20_000,
    });
    await queue.publish("standard", [next]);
    const [second] = await following;
    expect(second).toMatchObject({ task: next, attempt: 1 });
    await first?.done();
    await second?.done();
    await queue.close();
    queue = await openAt(amqpUrl, prefix);
    expect((await queue.depths()).standard).toEqual({ waiting: 0, taken: 0 });
  });

  it("done and retry resolve, and the task comes again", async () => {
    const tasks = [sampleTask(), sampleTask()];
    await queue.publish("standard", tasks);
    const [first, second] = await take(queue, 2);
    proxy.cut();
    await first?.done();
    await second?.retry(60);
    proxy.resume();
    const again = await take(queue, 2);
    expect(new Set(again.map(({ task }) => task.id))).toEqual(new Set(tasks.map(({ id }) => id)));
    expect(again.map(({ attempt }) => attempt)).toEqual([2, 2]);
  });

  it("again and again while tasks are published and finished, none is lost", async () => {
    const stop = new AbortController();
    const finished = new Set<string>();
    const consuming = (async () => {
      for await (const delivery of queue.deliveries(stop.signal)) {
        finished.add(delivery.task.id);
        await delivery.done();
      }
    })();
    const published = new Set<string>();
    for (let round = 0; round < 3; round += 1) {
      for (let count = 0; count < 60; count += 1) {
        const task = sampleTask();
        if (count % 20 === 10) {
          proxy.cut();
          proxy.resume();
        }
        await queue.publish("standard", [task]);
        published.add(task.id);
      }
    }
    await vi.waitFor(() => expect(finished.size).toBe(published.size), { timeout: 30_000 });
    stop.abort();
    await consuming;
    expect(finished).toEqual(published);
  });
});

describe("when the server is killed", () => {
  let service: RabbitmqService;
  let queue: CrashQueue;
  beforeEach(async () => {
    service = await startRabbitmq();
    queue = await openAt(service.url, "socorro.");
  });
  afterEach(async () => {
    await queue.close();
    await service.remove();
  });

  it("what was published and not done comes, with its attempts, when it is started again", async () => {
    const tasks = Array.from({ length: 100 }, () => sampleTask());
    await queue.publish("standard", tasks.slice(0, 60));
    const taken = await take(queue, 40);
    await Promise.all(taken.slice(0, 20).map((delivery) => delivery.done()));
    await Promise.all(taken.slice(20, 30).map((delivery) => delivery.retry(1)));
    await queue.publish("priority", tasks.slice(60));
    await service.kill();
    await expect(queue.publish("standard", [sampleTask()])).rejects.toMatchObject({ code: "publish_failed" });
    await Promise.all(taken.slice(30).map((delivery) => delivery.done()));
    await service.start();

    const seen = await drain(queue);
    const open = tasks
      .map(({ id }) => id)
      .filter((id) => !taken.slice(0, 20).some(({ task }) => task.id === id));
    expect(open.filter((id) => !seen.includes(id))).toEqual([]);
    const after = sampleTask();
    await queue.publish("standard", [after]);
    expect(await take(queue, 1)).toMatchObject([{ task: after, attempt: 1 }]);
  });
});
