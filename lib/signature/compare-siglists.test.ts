import { describe, expect, it } from "vitest";
import { compareSiglists } from "./compare-siglists";

const compared = (...pairs: readonly (readonly [string, string])[]) => {
  const comparing = compareSiglists();
  for (const [index, [before, after]] of pairs.entries())
    comparing.add({ name: `crash ${index}`, old: before, new: after });
  return comparing.result();
};

describe("compareSiglists", () => {
  it("tells moved, split and merged signatures apart, with counts and examples", () => {
    const result = compared(
      ["a", "b"],
      ["a", "b"],
      ["c", "c"],
      ["s", "s"],
      ["s", "t"],
      ["s", "t"],
      ["d", "c"],
    );
    expect(result).toEqual({
      crashes: 7,
      changed: 5,
      moved: [{ old: "a", new: "b", crashes: 2, examples: ["crash 0", "crash 1"] }],
      split: [
        {
          signature: "s",
          crashes: 3,
          flows: [
            { old: "s", new: "t", crashes: 2, examples: ["crash 4", "crash 5"] },
            { old: "s", new: "s", crashes: 1, examples: ["crash 3"] },
          ],
        },
      ],
      merged: [
        {
          signature: "c",
          crashes: 2,
          flows: [
            { old: "c", new: "c", crashes: 1, examples: ["crash 2"] },
            { old: "d", new: "c", crashes: 1, examples: ["crash 6"] },
          ],
        },
      ],
    });
  });

  it("finds nothing where nothing changes", () => {
    expect(compared(["a", "a"], ["a", "a"], ["b", "b"])).toEqual({
      crashes: 3,
      changed: 0,
      moved: [],
      split: [],
      merged: [],
    });
  });

  it("shows a signature that is split into one that is merged on both sides, and every change somewhere", () => {
    const { moved, split, merged } = compared(["a", "a"], ["a", "b"], ["b", "b"]);
    expect(moved).toEqual([]);
    expect(split.map(({ signature }) => signature)).toEqual(["a"]);
    expect(merged.map(({ signature }) => signature)).toEqual(["b"]);
  });

  it("keeps three examples of each change at most", () => {
    const { moved } = compared(...Array.from({ length: 10 }, () => ["a", "b"] as const));
    expect(moved[0]).toMatchObject({ crashes: 10, examples: ["crash 0", "crash 1", "crash 2"] });
  });
});
