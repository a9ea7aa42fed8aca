import { describe, expect, it } from "vitest";
import { percentile, percentiles, table } from "./measurement";

describe("percentile", () => {
  it.each([
    [[5], 0.5, 5],
    [[4, 1, 3, 2], 0.5, 2],
    [[4, 1, 3, 2], 0.99, 4],
    [Array.from({ length: 100 }, (_, index) => index + 1), 0.95, 95],
    [[2, 1], 0, 1],
  ])("of %j at %d is %d", (values, share, expected) => {
    expect(percentile(values, share)).toBe(expected);
  });

  it("of nothing is an error, not a number", () => {
    expect(() => percentile([], 0.5)).toThrow("There is no percentile of nothing.");
  });
});

it("measurements are aligned, and large ones have no decimals", () => {
  const measured = [
    { what: "rate", value: 1234.5, unit: "/s" },
    ...percentiles("answer", [1.5, 2.25], [0.5]),
  ];
  expect(table("Title", measured)).toBe(
    ["Title", "  rate             1,235 /s", "  answer, p50       1.50 ms", ""].join("\n"),
  );
});
