import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { crashIdDay, crashIdDigit, newCrashId, parseCrashId } from "./crash-id";

describe("crash ids", () => {
  it("carry the throttle digit and the UTC day of arrival in their last seven characters", () => {
    const id = newCrashId(new Date("2016-09-18T23:59:59Z"), "de1bb258-cbbf-4589-a673-34f801234567", 0);
    expect(id).toBe("de1bb258-cbbf-4589-a673-34f800160918");
    expect(crashIdDay(id)).toBe("20160918");
    expect(crashIdDigit(newCrashId(new Date(), crypto.randomUUID(), 1))).toBe("1");
  });

  it("that were made are valid, with and without their prefix", () => {
    const date = fc.date({ min: new Date("2000-01-01"), max: new Date("2099-12-31"), noInvalidDate: true });
    fc.assert(
      fc.property(
        fc.uuid({ version: 4 }),
        date,
        fc.constantFrom(0 as const, 1 as const),
        (uuid, now, digit) => {
          const id = newCrashId(now, uuid, digit);
          expect(parseCrashId(id)).toBe(id);
          expect(parseCrashId(`bp-${id}`)).toBe(id);
        },
      ),
    );
  });

  it.each([
    ["upper case", "DE1BB258-CBBF-4589-A673-34F800160918"],
    ["a date that is none", "de1bb258-cbbf-4589-a673-34f800160931"],
    ["all zeros", "00000000-0000-0000-0000-000000000000"],
    ["letters in the date", "de1bb258-cbbf-4589-a673-34f80016091a"],
    ["a trailing line break", "de1bb258-cbbf-4589-a673-34f800160918\n"],
    ["two prefixes", "bp-bp-de1bb258-cbbf-4589-a673-34f800160918"],
    ["too short", "de1bb258-cbbf-4589-a673-34f80016091"],
    ["nothing", ""],
  ])("are refused with %s", (_, text) => {
    expect(parseCrashId(text)).toBeNull();
  });
});
