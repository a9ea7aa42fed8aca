import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { crashQueueContract, sampleTask } from "#lib/queue/conformance";
import { fsQueue } from "./fs";
import { entryFile, parseEntryFile } from "./fs-entry";

crashQueueContract("fs", fsQueue);

describe("fs queue", () => {
  let root: string;
  beforeEach(async () => (root = await mkdtemp(join(tmpdir(), "fs-queue-"))));
  afterEach(() => rm(root, { recursive: true, force: true }));

  it("is one empty file per task, gone when the task is done", async () => {
    const queue = await fsQueue(root);
    const task = sampleTask();
    await queue.publish("standard", [task]);
    const [file] = await readdir(join(root, "standard"));
    expect(file).toContain(`_${task.id}_default_0`);
    for await (const delivery of queue.deliveries(new AbortController().signal)) {
      await delivery.done();
      break;
    }
    expect(await readdir(join(root, "standard"))).toEqual([]);
  });

  it("shows what waits, oldest first, and leaves it there", async () => {
    const [queue, other] = [await fsQueue(root), await fsQueue(root)];
    const tasks = [sampleTask(), sampleTask("regenerate_signature"), sampleTask()];
    await queue.publish("standard", tasks);
    expect(await other.peek?.("standard", 2)).toEqual(tasks.slice(0, 2));
    expect(await other.peek?.("priority", 2)).toEqual([]);
    for await (const delivery of queue.deliveries(new AbortController().signal)) {
      expect(delivery.task).toEqual(tasks[0]);
      expect(await queue.peek?.("standard", 9)).toEqual(tasks.slice(1));
      break;
    }
  });

  it("never hands out a task that was withdrawn, by whichever process", async () => {
    const [queue, other] = [await fsQueue(root), await fsQueue(root)];
    const [gone, kept] = [sampleTask(), sampleTask()];
    await queue.publish("standard", [gone, kept]);
    await queue.publish("priority", [gone]);
    expect(await other.withdraw?.(gone.id)).toBe(2);
    expect(await other.withdraw?.(gone.id)).toBe(0);
    for await (const { task } of queue.deliveries(new AbortController().signal)) {
      expect(task).toEqual(kept);
      break;
    }
  });

  it("ignores files that are not tasks", async () => {
    await fsQueue(root);
    await writeFile(join(root, "standard", "README"), "not a task");
    const queue = await fsQueue(root);
    expect((await queue.depths()).standard.waiting).toBe(0);
  });

  it("takes back a batch that could not be published whole", async () => {
    const queue = await fsQueue(root);
    await rm(join(root, "standard"), { recursive: true });
    await writeFile(join(root, "standard"), "a file where the folder was");
    await expect(queue.publish("standard", [sampleTask()])).rejects.toMatchObject({
      code: "storage_unavailable",
      transient: true,
    });
    expect((await queue.depths()).standard.waiting).toBe(0);
  });

  it("names files so that they sort as published and read back as the same task", () => {
    const entries = fc.record({
      at: fc.integer({ min: 1_000_000_000_000, max: 9_999_999_999_999 }),
      sequence: fc.integer({ min: 0, max: 999_999_999 }),
      task: fc.constantFrom(sampleTask(), sampleTask("regenerate_signature")),
      attempt: fc.nat(1000),
    });
    fc.assert(
      fc.property(entries, (entry) => {
        expect(parseEntryFile(entryFile(entry))).toEqual(entry);
      }),
    );
    fc.assert(
      fc.property(entries, entries, (a, b) => {
        const earlier = a.at < b.at || (a.at === b.at && a.sequence < b.sequence);
        if (earlier) expect(entryFile(a) < entryFile(b)).toBe(true);
      }),
    );
  });
});
