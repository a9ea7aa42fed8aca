import { expect, it } from "vitest";
import { withinTime } from "./time-limit";

it("an expression that backtracks without end is ended, and the next work is done", () => {
  const endless = () => /^(?:a+)+$/.test(`${"a".repeat(50)}b`);
  expect(withinTime(50, endless)).toBeNull();
  expect(withinTime(1000, () => "done")).toEqual({ result: "done" });
});

it("an error of the work is thrown as it is", () => {
  const error = new TypeError("wrong");
  expect(() =>
    withinTime(1000, () => {
      throw error;
    }),
  ).toThrow(error);
});
