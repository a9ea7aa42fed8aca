import { expect, it } from "vitest";
import { takingTurns } from "./turns";

const never = new AbortController().signal;

it("so many begin at once, the others in their order, and each when one has ended", async () => {
  const turn = takingTurns(2);
  const begun: number[] = [];
  const asking = [0, 1, 2, 3].map(async (number) => {
    const leave = await turn(never);
    begun.push(number);
    return leave;
  });
  const first = await asking[0];
  await asking[1];
  expect(begun).toEqual([0, 1]);
  first?.();
  (await asking[2])?.();
  await asking[3];
  expect(begun).toEqual([0, 1, 2, 3]);
});

it("whoever stops waiting gets the reason, and takes nobody's turn", async () => {
  const turn = takingTurns(1);
  const leave = await turn(never);
  const asker = new AbortController();
  const stopped = turn(asker.signal);
  const next = turn(never);
  asker.abort(new Error("gone"));
  await expect(stopped).rejects.toThrow("gone");
  await expect(turn(asker.signal)).rejects.toThrow("gone");
  leave();
  (await next)();
  (await turn(never))();
});
