import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatMicroseconds, parseMicroseconds } from "./time";

describe("timestamps", () => {
  it("keep their microseconds both ways", () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: -62_000_000_000_000_000n, max: 250_000_000_000_000_000n }),
        (microseconds) => {
          expect(parseMicroseconds(formatMicroseconds(microseconds))).toBe(microseconds);
        },
      ),
    );
  });

  it.each([
    ["2026-11-20", "2026-11-20T00:00:00+00:00"],
    ["2026-11-20T01:02", "2026-11-20T01:02:00+00:00"],
    ["2026-11-20 01:02:03", "2026-11-20T01:02:03+00:00"],
    ["2026-11-20T01:02:03.5Z", "2026-11-20T01:02:03.500000+00:00"],
    ["2026-11-20T01:02:03.646733+00:00", "2026-11-20T01:02:03.646733+00:00"],
    ["2026-11-20T01:02:03+0200", "2026-11-19T23:02:03+00:00"],
    ["2026-11-20T01:02:03-05:30", "2026-11-20T06:32:03+00:00"],
    ["1969-12-31T23:59:59.999999Z", "1969-12-31T23:59:59.999999+00:00"],
  ])("%s is read as %s", (text, expected) => {
    expect(formatMicroseconds(parseMicroseconds(text) ?? 0n)).toBe(expected);
  });

  it.each([
    "",
    "soon",
    "2026-02-30",
    "2026-13-01",
    "2026-11-20T25:00:00",
    "20261120",
    "2026-11-20T01:02:03 PM",
  ])("%j is refused", (text) => {
    expect(parseMicroseconds(text)).toBeNull();
  });
});
