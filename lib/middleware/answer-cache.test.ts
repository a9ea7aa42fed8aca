import { describe, expect, it } from "vitest";
import { answerCache } from "./answer-cache";

/** Work that ends when it is told to, and remembers how often it began. */
function controlledWork<T>(result: T) {
  const begun: AbortSignal[] = [];
  const ends: (() => void)[] = [];
  return {
    begun,
    end: () => {
      for (const end of ends.splice(0)) end();
    },
    make: (signal: AbortSignal) => {
      begun.push(signal);
      return new Promise<T>((resolve, reject) => {
        ends.push(() => {
          resolve(result);
        });
        signal.addEventListener("abort", () => {
          reject(signal.reason as Error);
        });
      });
    },
  };
}

const counting = () => {
  let count = 0;
  return () => Promise.resolve({ count: ++count });
};

describe("answerCache", () => {
  it("gives an answer again until its time is over", async () => {
    let now = 1000;
    const cache = answerCache({ sizeBytes: 10_000, clock: () => now });
    const make = counting();
    const ask = (key: string, seconds = 300) => cache.answer(key, { seconds }, make);
    expect(await ask("a")).toEqual({ count: 1 });
    now += 299_999;
    expect(await ask("a")).toEqual({ count: 1 });
    expect(await ask("b", 60)).toEqual({ count: 2 });
    now += 2;
    expect(await ask("a")).toEqual({ count: 3 });
    expect(await ask("b", 60)).toEqual({ count: 2 });
  });

  it("does not let one asker change the answer of the next", async () => {
    const cache = answerCache({ sizeBytes: 10_000 });
    const ask = () => cache.answer("a", { seconds: 300 }, () => Promise.resolve({ list: [1] }));
    (await ask()).list.push(2);
    (await ask()).list.push(3);
    expect(await ask()).toEqual({ list: [1] });
  });

  it("takes no more memory than it may, gives up what was asked for longest ago, and keeps no giant", async () => {
    const cache = answerCache({ sizeBytes: 16_000 });
    let made = 0;
    const ask = (key: string, length: number) =>
      cache.answer(key, { seconds: 300 }, () => {
        made += 1;
        return Promise.resolve("x".repeat(length));
      });
    for (let key = 0; key < 20; key += 1) await ask(String(key), 900);
    made = 0;
    for (let key = 19; key >= 0; key -= 1) await ask(String(key), 900);
    expect(made).toBe(12);
    made = 0;
    await ask("giant", 1000);
    await ask("giant", 1000);
    expect(made).toBe(2);
  });

  it("keeps neither failures nor answers that are not to be kept", async () => {
    const cache = answerCache({ sizeBytes: 10_000 });
    await expect(
      cache.answer("a", { seconds: 300 }, () => Promise.reject(new Error("away"))),
    ).rejects.toThrow("away");
    const make = counting();
    const isKept = ({ count }: { readonly count: number }) => count > 1;
    const ask = () => cache.answer("a", { seconds: 300, isKept }, make);
    expect([await ask(), await ask(), await ask()]).toEqual([{ count: 1 }, { count: 2 }, { count: 2 }]);
  });

  it("has an answer made once for all who ask at the same time", async () => {
    const cache = answerCache({ sizeBytes: 10_000 });
    const work = controlledWork("made");
    const askers = [1, 2, 3].map(() => cache.answer("a", { seconds: 300 }, work.make));
    const other = cache.answer("b", { seconds: 300 }, work.make);
    work.end();
    expect(await Promise.all([...askers, other])).toEqual(["made", "made", "made", "made"]);
    expect(work.begun).toHaveLength(2);
  });

  it("lets an asker go away without the others, and stops the work when all are gone", async () => {
    const cache = answerCache({ sizeBytes: 10_000 });
    const work = controlledWork("made");
    const [first, second] = [new AbortController(), new AbortController()];
    const askers = [first, second].map(({ signal }) =>
      cache.answer("a", { seconds: 300, signal }, work.make),
    );
    const outcomes = Promise.allSettled(askers);
    first.abort(new Error("first is gone"));
    await expect(askers[0]).rejects.toThrow("first is gone");
    expect(work.begun[0]?.aborted).toBe(false);
    second.abort(new Error("second is gone"));
    await outcomes;
    expect(work.begun[0]?.aborted).toBe(true);

    const next = cache.answer("a", { seconds: 300 }, work.make);
    work.end();
    expect(await next).toBe("made");
    expect(work.begun).toHaveLength(2);
    await expect(cache.answer("a", { seconds: 300, signal: first.signal }, work.make)).rejects.toThrow(
      "first is gone",
    );
  });

  it("neither keeps nor shares what began before it was cleared", async () => {
    const cache = answerCache({ sizeBytes: 10_000 });
    const [before, after] = [controlledWork("before"), controlledWork("after")];
    const early = cache.answer("a", { seconds: 300 }, before.make);
    cache.clear();
    const late = cache.answer("a", { seconds: 300 }, after.make);
    before.end();
    expect(await early).toBe("before");
    after.end();
    expect(await late).toBe("after");
    expect(await cache.answer("a", { seconds: 300 }, before.make)).toBe("after");
  });

  it("has everything made anew where it may take no memory", async () => {
    const cache = answerCache({ sizeBytes: 0 });
    const make = counting();
    const ask = () => cache.answer("a", { seconds: 300 }, make);
    expect(await Promise.all([ask(), ask()])).toEqual([{ count: 1 }, { count: 2 }]);
  });
});
