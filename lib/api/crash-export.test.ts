import { expect, it } from "vitest";
import { exportFormat, streamCrashes } from "./crash-export";

it("an export reads no further than its client, and ends the search when the client goes away", async () => {
  let read = 0;
  let hasEnded = () => undefined as unknown;
  const ended = new Promise((resolve) => (hasEnded = () => resolve(true)));
  async function* endless() {
    try {
      for (;;) {
        await Promise.resolve();
        read += 1;
        yield [{ signature: "x".repeat(10_000) }];
      }
    } finally {
      hasEnded();
    }
  }
  const answer = await streamCrashes(exportFormat("csv"), () => ({
    columns: ["signature"],
    batches: endless(),
  }));
  const reader = answer.body?.getReader();
  await reader?.read();
  await new Promise((resolve) => setImmediate(resolve));
  expect(read).toBeLessThan(50);
  await reader?.cancel();
  expect(await ended).toBe(true);
});

it("an error after the beginning breaks an export off, so that nobody takes it for whole", async () => {
  async function* failing() {
    yield [{ signature: "a" }];
    await Promise.resolve();
    throw new Error("the engine has gone");
  }
  const answer = await streamCrashes(exportFormat("ndjson"), () => ({
    columns: ["signature"],
    batches: failing(),
  }));
  await expect(answer.text()).rejects.toThrow();
});
