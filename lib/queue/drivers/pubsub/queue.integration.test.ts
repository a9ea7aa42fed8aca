import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { SILENT } from "#lib/queue/broker";
import { crashQueueContract, sampleTask } from "#lib/queue/conformance";
import { crashQueueFaults } from "#lib/queue/fault-conformance";
import { QUEUE_NAMES, type CrashQueue, type Delivery } from "#lib/queue/queue";
import { openCrashQueue } from "#lib/queue/registry";
import { startPubsubEmulator, type PubsubEmulator } from "#test/services/pubsub-emulator";
import { startTcpProxy } from "#test/services/tcp-proxy";
import { pubsubQueue } from "./queue";

let emulator: PubsubEmulator;
const open: CrashQueue[] = [];
beforeAll(async () => void (emulator = await startPubsubEmulator()));
afterEach(async () => {
  for (const queue of open.splice(0)) await queue.close();
});
afterAll(() => emulator.kill());

const created = new Set<string>();

/** A setting for topics and subscriptions that belong to `owner` alone. */
function settingFor(owner: string, { countsDeliveries = true, endpoint = emulator.endpoint } = {}): string {
  const names = QUEUE_NAMES.map((queue) => [queue, `${owner.replaceAll("/", "-")}-${queue}`] as const);
  for (const [, name] of created.has(owner) ? [] : names)
    emulator.create(name, { ackDeadlineSeconds: 1, countsDeliveries });
  created.add(owner);
  const options = names.map(([queue, name]) => `${queue}_topic=${name}&${queue}_subscription=${name}`);
  return `test-project?${options.join("&")}&endpoint=${endpoint}`;
}

async function openFor(...[owner, options]: Parameters<typeof settingFor>): Promise<CrashQueue> {
  const queue = await pubsubQueue(settingFor(owner, options), SILENT, 1);
  open.push(queue);
  return queue;
}

async function take(queue: CrashQueue, count: number) {
  const taken: Delivery[] = [];
  for await (const delivery of queue.deliveries(new AbortController().signal))
    if (taken.push(delivery) === count) break;
  return taken;
}

crashQueueContract("pubsub", (directory) => openCrashQueue(`pubsub:${settingFor(directory)}`, ""), {
  tellsWaiting: false,
});
crashQueueFaults("pubsub", {
  port: () => emulator.port,
  open: (port, name) => openFor(name, { endpoint: `127.0.0.1:${port}` }),
});

describe("pubsub queue", () => {
  it("carries the crash id alone, and the ruleset only when it is not the default", async () => {
    const queue = await openFor("form");
    const [plain, special] = [sampleTask(), sampleTask("regenerate_signature")];
    await queue.publish("standard", [plain, special]);
    expect(emulator.held("form-standard")).toEqual([plain.id, `${special.id}:regenerate_signature`]);
  });

  it("keeps a task that takes longer than its deadline", async () => {
    const [slow, other] = [await openFor("slow"), await openFor("slow")];
    const task = sampleTask();
    await slow.publish("standard", [task]);
    const [first] = await take(slow, 1);
    const before = emulator.extensions();
    const stop = new AbortController();
    const seen: Delivery[] = [];
    const watching = (async () => {
      for await (const delivery of other.deliveries(stop.signal)) seen.push(delivery);
    })();
    await vi.waitFor(() => expect(emulator.extensions()).toBeGreaterThan(before + 6), { timeout: 10_000 });
    await first?.done();
    expect(emulator.held("slow-standard")).toEqual([]);
    stop.abort();
    await watching;
    expect(seen).toEqual([]);
  });

  it("gives a task to another consumer when the one that has it dies", async () => {
    const proxy = await startTcpProxy(emulator.port);
    const dying = await openFor("dying", { endpoint: `127.0.0.1:${proxy.port}` });
    const living = await openFor("dying");
    const task = sampleTask();
    await living.publish("standard", [task]);
    const [lost] = await take(dying, 1);
    proxy.cut();
    const [found] = await take(living, 1);
    expect(found).toMatchObject({ task, attempt: 2 });
    await found?.done();
    await lost?.done();
    expect(emulator.held("dying-standard")).toEqual([]);
    await proxy.close();
  });

  it("hands a retried task out no sooner than asked, with its attempts, where Pub/Sub counts none", async () => {
    const queue = await openFor("uncounted", { countsDeliveries: false });
    await queue.publish("standard", [sampleTask()]);
    const [first] = await take(queue, 1);
    const started = Date.now();
    await first?.retry(2);
    const [second] = await take(queue, 1);
    expect(second?.attempt).toBe(2);
    expect(Date.now() - started).toBeGreaterThanOrEqual(2_000);
  });

  it("drops what is no task", async () => {
    const dropped: string[] = [];
    const setting = settingFor("strange");
    const queue = await pubsubQueue(setting, { ...SILENT, onDropped: (_, text) => dropped.push(text) }, 1);
    open.push(queue);
    const task = sampleTask();
    await queue.publish("standard", [{ ...task, ruleset: "NOT ONE" }, task]);
    expect(await take(queue, 1)).toMatchObject([{ task }]);
    expect(dropped).toEqual([`${task.id}:NOT ONE`]);
  });

  it("names the ids that were not published while Pub/Sub is away; what was published is there after", async () => {
    const queue = await openFor("away");
    const [before, during, after] = [sampleTask(), sampleTask(), sampleTask()];
    await queue.publish("standard", [before]);
    emulator.kill();
    const waiting = take(queue, 2);
    await expect(queue.publish("standard", [during])).rejects.toMatchObject({
      code: "publish_failed",
      transient: true,
      failures: [{ id: during.id }],
    });
    await emulator.start();
    await vi.waitFor(() => queue.publish("standard", [after]), { timeout: 20_000 });
    expect((await waiting).map(({ task }) => task)).toEqual([before, after]);
  });

  it("a topic that is not there is a failure that names it", async () => {
    const queue = await pubsubQueue(`test-project?endpoint=${emulator.endpoint}`, SILENT);
    open.push(queue);
    await expect(queue.publish("standard", [sampleTask()])).rejects.toThrow(/resource=standard/);
  });

  it.each(["pubsub:", "pubsub:UPPER", "pubsub:project?topic=x"])("refuses %s", async (setting) => {
    await expect(openCrashQueue(setting, "")).rejects.toMatchObject({ code: "bad_setting" });
  });
});
