import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { random, type Random } from "./random";

function drawn(chance: Random): unknown[] {
  return [
    chance.next(),
    chance.integer(1, 6),
    chance.uuid(),
    chance.hex(7),
    chance.logNormal(10, 1),
    chance.bytes(4),
  ];
}

describe("a source of chance", () => {
  it("gives the same values for the same seed and stream, and others for another stream", () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.nat(), (seed, stream) => {
        expect(drawn(random(seed, stream))).toEqual(drawn(random(seed, stream)));
        expect(drawn(random(seed, stream))).not.toEqual(drawn(random(seed, stream + 1)));
      }),
    );
  });

  it("stays within the bounds it was given", () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer(), fc.nat(1_000), (seed, low, size) => {
        const value = random(seed).integer(low, low + size);
        expect(value).toBeGreaterThanOrEqual(low);
        expect(value).toBeLessThanOrEqual(low + size);
      }),
    );
  });

  it("picks in proportion to shares", () => {
    const chance = random(1);
    const items = [
      { name: "rare", share: 1 },
      { name: "common", share: 9 },
    ];
    const picked = Array.from({ length: 10_000 }, () => chance.pickByShare(items).name);
    expect(picked.filter((name) => name === "rare").length / 10_000).toBeCloseTo(0.1, 1);
  });

  it("has half of its log-normal values below the median", () => {
    const chance = random(2);
    const below = Array.from({ length: 10_000 }, () => chance.logNormal(40, 1.5)).filter(
      (value) => value < 40,
    );
    expect(below.length / 10_000).toBeCloseTo(0.5, 1);
  });

  it("makes random UUIDs in lower case", () => {
    expect(random(3).uuid()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it("refuses to pick from nothing", () => {
    expect(() => random(4).pick([])).toThrow(RangeError);
  });
});
