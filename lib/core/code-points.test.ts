import fc from "fast-check";
import { expect, it } from "vitest";
import { byCodePoint } from "./code-points";

it("orders text as its bytes in UTF-8 are ordered", () => {
  const text = fc.string({ unit: "binary" });
  fc.assert(
    fc.property(text, text, (one, other) => {
      const bytes = Buffer.compare(Buffer.from(one), Buffer.from(other));
      expect(Math.sign(byCodePoint(one, other))).toBe(bytes);
    }),
  );
});

it("puts what is beyond the basic plane last, where JavaScript does not", () => {
  const texts = ["\u{1f600}", "\uffee", "a"];
  expect(texts.toSorted(byCodePoint)).toEqual(["a", "\uffee", "\u{1f600}"]);
  expect(texts.toSorted()).not.toEqual(texts.toSorted(byCodePoint));
});
