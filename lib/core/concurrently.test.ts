import { describe, expect, it } from "vitest";
import { concurrently } from "./concurrently";

const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);

describe("concurrently", () => {
  it("does each item once, never more than the limit at a time", async () => {
    const done: number[] = [];
    let [running, most] = [0, 0];
    await concurrently(numbers(50), { limit: 4 }, async (item) => {
      running += 1;
      most = Math.max(most, running);
      await new Promise(setImmediate);
      running -= 1;
      done.push(item);
    });
    expect(done.sort((one, other) => one - other)).toEqual(numbers(50));
    expect(most).toBe(4);
  });

  it("begins nothing more once it is aborted, and ends what had begun", async () => {
    const stop = new AbortController();
    const [begun, ended]: [number[], number[]] = [[], []];
    await concurrently(numbers(50), { limit: 3, signal: stop.signal }, async (item) => {
      begun.push(item);
      if (item === 10) stop.abort();
      await new Promise(setImmediate);
      ended.push(item);
    });
    expect(begun.length).toBeLessThan(15);
    expect(ended.sort()).toEqual(begun.sort());
  });

  it("throws what work or the items throw, after all that had begun has ended", async () => {
    let ended = 0;
    const failing = concurrently(numbers(9), { limit: 3 }, async (item) => {
      if (item === 1) throw new Error("one failed");
      await new Promise(setImmediate);
      ended += 1;
    });
    await expect(failing).rejects.toThrow("one failed");
    expect(ended).toBeGreaterThanOrEqual(1);
    const broken = function* () {
      yield 1;
      throw new Error("the items failed");
    };
    await expect(concurrently(broken(), { limit: 2 }, () => Promise.resolve())).rejects.toThrow(
      "the items failed",
    );
  });
});
