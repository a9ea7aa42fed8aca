import { expect, it } from "vitest";
import { planOf } from "#lib/search/conformance";
import { expressionSize } from "./expression-size";

it.each([
  ["abc", 3],
  ["a{3}", 3],
  ["(ab){2,5}", 10],
  ["((a{1,10}){10}){10,}", 1_000],
  ['"a{9}"[a{9}]\\{9}', 10],
  ["a)b)", 4],
])("a repetition counts as often as it repeats: %s", (source, size) => {
  expect(expressionSize(source)).toBe(size);
});

it("repetitions of repetitions are refused before an engine is asked, in parameters and in texts", () => {
  const explosive = encodeURIComponent("(((a{1,1000}){1,1000}){1,1000})");
  for (const query of [`signature=@${explosive}`, `_query=signature @ "${explosive}"`])
    expect(() => planOf(query)).toThrow("more than 10000 characters when written out");
});
