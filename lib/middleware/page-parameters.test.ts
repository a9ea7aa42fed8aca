import { describe, expect, it } from "vitest";
import { choiceOf, lastOf, pageNumber, pageParameters } from "./page-parameters";

describe("the query string of a page", () => {
  it("becomes parameters with all their values, in order", () => {
    const parameters = pageParameters({ product: "Kestrel", version: ["1", "2"], gone: undefined });
    expect([...parameters]).toEqual([
      ["product", ["Kestrel"]],
      ["version", ["1", "2"]],
    ]);
  });

  it("has its last value counted, and an empty one as none", () => {
    const parameters = pageParameters({ a: ["1", "2"], b: " ", c: [] });
    expect(["a", "b", "c", "d"].map((name) => lastOf(parameters, name))).toEqual(["2", null, null, null]);
  });

  it.each([
    ["3", 3],
    ["0", 1],
    ["-1", 1],
    ["1e3", 1],
    ["9999999", 1],
    ["x", 1],
    ["", 1],
  ])("page=%s is page %d", (page, expected) => {
    expect(pageNumber(pageParameters({ page }))).toBe(expected);
  });

  it("offers the default for choices that are none", () => {
    expect(choiceOf(pageParameters({ kind: "hang" }), "kind", ["any", "hang"], "any")).toBe("hang");
    expect(choiceOf(pageParameters({ kind: "constructor" }), "kind", ["any", "hang"], "any")).toBe("any");
  });
});
