import { describe, expect, it } from "vitest";
import { BadArgument, StorageUnavailable } from "#lib/core/errors";
import { infiniteBackoffExecutor, limitedBackoffExecutor, onceExecutor } from "./executor";

/** A transaction that fails so often before it succeeds. */
function failing(times: number, error: Error = new StorageUnavailable("gone")) {
  const transaction = () => {
    transaction.calls += 1;
    return transaction.calls <= times ? Promise.reject(error) : Promise.resolve("done");
  };
  transaction.calls = 0;
  return transaction;
}

const delaysSeconds = [0.001, 0.002, 0.003];

describe("a transaction executor", () => {
  it("that runs once gives the failure to its caller", async () => {
    const transaction = failing(1);
    await expect(onceExecutor(transaction)).rejects.toThrow("gone");
    expect(transaction.calls).toBe(1);
  });

  it("with limited backoff tries again after each delay", async () => {
    const transaction = failing(3);
    expect(await limitedBackoffExecutor({ delaysSeconds })(transaction)).toBe("done");
    expect(transaction.calls).toBe(4);
  });

  it("with limited backoff gives up after the last delay", async () => {
    const transaction = failing(4);
    await expect(limitedBackoffExecutor({ delaysSeconds })(transaction)).rejects.toThrow("gone");
    expect(transaction.calls).toBe(4);
  });

  it("with infinite backoff repeats the last delay", async () => {
    const transaction = failing(20);
    expect(await infiniteBackoffExecutor({ delaysSeconds })(transaction)).toBe("done");
    expect(transaction.calls).toBe(21);
  });

  it.each([
    ["a foreseen error that no later call mends", new BadArgument("no")],
    ["a bug", new TypeError("no")],
  ])("never repeats %s", async (_, error) => {
    for (const executor of [
      limitedBackoffExecutor({ delaysSeconds }),
      infiniteBackoffExecutor({ delaysSeconds }),
    ]) {
      const transaction = failing(1, error);
      await expect(executor(transaction)).rejects.toBe(error);
      expect(transaction.calls).toBe(1);
    }
  });

  it("leaves an operational error alone that it is not to try again", async () => {
    const transaction = failing(1);
    const executor = limitedBackoffExecutor({ delaysSeconds, isRetried: () => false });
    await expect(executor(transaction)).rejects.toThrow("gone");
    expect(transaction.calls).toBe(1);
  });

  it("says that it waits, at once and then in its interval", async () => {
    const told: number[] = [];
    const executor = limitedBackoffExecutor({
      delaysSeconds: [0.05],
      waitLogIntervalSeconds: 0.02,
      onWait: (secondsLeft) => told.push(Math.round(secondsLeft * 100) / 100),
    });
    await executor(failing(1));
    expect(told).toEqual([0.05, 0.03, 0.01]);
  });

  it("stops waiting when it is aborted, and does not begin when it was", async () => {
    const stop = new AbortController();
    const transaction = failing(1);
    const running = infiniteBackoffExecutor({
      delaysSeconds: [3_600],
      onWait: () => stop.abort(new Error("stop")),
    })(transaction, stop.signal);
    await expect(running).rejects.toMatchObject({ name: "AbortError" });
    expect(transaction.calls).toBe(1);
    await expect(limitedBackoffExecutor({ delaysSeconds })(transaction, stop.signal)).rejects.toThrow("stop");
    expect(transaction.calls).toBe(1);
  });
});
