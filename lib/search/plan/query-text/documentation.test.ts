import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { parseQueryText } from "./parser";
import { queryText } from "./printer";

const DOCUMENT = readFileSync("docs/super-search.md", "utf8");
const examples = [...DOCUMENT.matchAll(/```query\n(.*?)\n```/gs)].map(([, text = ""]) => text);

it("there are examples in the documentation", () => {
  expect(examples.length).toBeGreaterThan(3);
});

it.each(examples)("the documented text %s is one, in its canonical form but for dates", (text) => {
  const { where, dates } = parseQueryText(text, () => true);
  expect(dates).toHaveLength(text.split("date").length - 1);
  expect(text.replace(/date [<>]=? \S+ AND /g, "")).toBe(queryText(where));
});
