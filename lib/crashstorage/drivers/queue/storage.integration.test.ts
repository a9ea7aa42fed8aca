import { afterEach, beforeEach, expect, inject, it } from "vitest";
import type { CrashReport, RawCrash } from "#lib/core/crash";
import { newCrashId, type CrashId } from "#lib/core/crash-id";
import { collect, sampleId } from "#lib/crashstorage/conformance";
import { openCrashStorage } from "#lib/crashstorage/registry";
import type { CrashStorage } from "#lib/crashstorage/storage";
import { openCrashQueue } from "#lib/queue/registry";
import { deleteQueues } from "#test/services/rabbitmq-queues";
import { queueStorage } from "./storage";

let prefix: string;
let crashQueueUrl: string;
let storage: CrashStorage | undefined;
beforeEach(() => {
  prefix = `test-${crypto.randomUUID()}.`;
  crashQueueUrl = `${inject("amqpUrl")}?prefix=${prefix}`;
});
afterEach(async () => {
  await storage?.close();
  await deleteQueues(inject("amqpUrl"), prefix);
});

const open = async (composition: string) =>
  (storage = await openCrashStorage(composition, { dataDirectory: "", crashQueueUrl }));
const report = (id: CrashId, annotations: Partial<RawCrash> = {}): CrashReport => ({
  id,
  raw: { uuid: id, submitted_timestamp: "2026-11-20T00:00:00Z", ...annotations },
  dumps: new Map(),
});
const deferredId = () => newCrashId(new Date("2026-11-20T00:00:00Z"), crypto.randomUUID(), 1);

it("queues the id of each raw crash that is to be processed, and nothing else", async () => {
  const opened = await open("rabbitmq");
  const [accepted, asOldCollectorsSay] = [sampleId(), deferredId()];
  await opened.saveRaw(report(accepted));
  await opened.saveRaw(report(deferredId()));
  await opened.saveRaw(report(sampleId(), { legacy_processing: 1 }));
  await opened.saveRaw(report(asOldCollectorsSay, { legacy_processing: 0 }));
  await opened.saveProcessed({ uuid: sampleId(), signature: "", date_processed: "" });
  expect(await collect(opened.newCrashes())).toEqual([accepted, asOldCollectorsSay]);
  await expect(opened.getRaw(accepted)).rejects.toMatchObject({ code: "crash_id_not_found" });
});

it("queues deferred crashes, too, without the filter", async () => {
  const opened = await open("rabbitmq(filter=no)");
  const id = deferredId();
  await opened.saveRaw(report(id));
  expect(await collect(opened.newCrashes())).toEqual([id]);
});

it("queues as many crashes as the throttle lets pass", async () => {
  const rolls = [0.099, 0.1, 0.5, 0.0];
  const queue = await openCrashQueue(crashQueueUrl, "");
  const opened = queueStorage("rabbitmq", {
    queue,
    throttlePercent: 10,
    leavesOutDeferred: true,
    random: () => rolls.shift() ?? 1,
  });
  storage = opened;
  const ids = [sampleId(), sampleId(), sampleId(), sampleId()];
  for (const id of ids) await opened.saveRaw(report(id));
  expect(await collect(opened.newCrashes())).toEqual([ids[0], ids[3]]);
});

it("gives a crash again at which the iteration was broken off, and no other", async () => {
  const opened = await open("rabbitmq");
  const [first, second] = [sampleId(), sampleId()];
  await opened.saveRaw(report(first));
  await opened.saveRaw(report(second));
  for await (const id of opened.newCrashes()) if (id === second) break;
  expect(await collect(opened.newCrashes())).toEqual([second]);
  expect(await collect(opened.newCrashes())).toEqual([]);
});
