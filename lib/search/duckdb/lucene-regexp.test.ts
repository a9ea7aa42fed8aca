import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ProcessedCrash } from "#lib/core/crash";
import { newCrashId } from "#lib/core/crash-id";
import { searchDocument } from "#lib/fields/document";
import { planOf } from "#lib/search/conformance";
import { CORPUS_NOW } from "#lib/search/corpus";
import type { SearchEngine } from "#lib/search/engine";
import { openDuckdbEngine } from "./engine";
import { translateRegexp } from "./lucene-regexp";

const VALUES = [
  "",
  "a",
  "aa",
  "ab",
  "b",
  "a.b",
  "a\nb",
  "7",
  "07",
  "12",
  "a{b}",
  "~a&b",
  "Foo<T>",
  "é😀",
  "^$/",
];

describe("regular expressions as Lucene has them", () => {
  let engine: SearchEngine;
  beforeAll(async () => {
    engine = await openDuckdbEngine({ path: ":memory:" });
    await engine.index(
      VALUES.map((signature) => {
        const uuid = newCrashId(CORPUS_NOW, crypto.randomUUID(), 0);
        const crash: ProcessedCrash = { uuid, signature, date_processed: "2026-11-24T11:00:00+00:00" };
        return searchDocument(crash);
      }),
    );
  });
  afterAll(() => engine.close());

  it.each<[pattern: string, values: readonly string[]]>([
    ["a", ["a"]],
    ["a.b", ["a.b", "a\nb"]],
    ["a\\.b", ["a.b"]],
    ['"a.b"', ["a.b"]],
    ['"a.b"?', ["", "a.b"]],
    ["@", VALUES],
    ["@b", ["ab", "b", "a.b", "a\nb", "~a&b"]],
    ["@+", VALUES],
    ["#", []],
    ["#|a", ["a"]],
    ["()", [""]],
    ["", [""]],
    ["a+?", ["", "a", "aa"]],
    ["a{2}?", ["", "aa"]],
    ["a**", ["", "a", "aa"]],
    ["a{1,}", ["a", "aa"]],
    ["(a|b){1,2}", ["a", "aa", "ab", "b"]],
    ["[ab]", ["a", "b"]],
    ["[^a]", ["b", "7"]],
    ["[a-c]+", ["a", "aa", "ab", "b"]],
    ["[-a]", ["a"]],
    ["[]a]", ["a"]],
    ["[^\\d]", ["a", "b"]],
    ['["a]', ["a"]],
    ["[0-9]+", ["7", "07", "12"]],
    ["\\d\\d", ["07", "12"]],
    ["<1-12>", ["7", "07", "12"]],
    ["<12-7>", ["7", "07", "12"]],
    ["<01-12>", ["07", "12"]],
    ["^$/", ["^$/"]],
    ["a\\{b\\}", ["a{b}"]],
    ["\\~a\\&b", ["~a&b"]],
    ["Foo\\<T>", ["Foo<T>"]],
    [".😀", ["é😀"]],
    ["*", []],
    ["~(.+)", [""]],
    ["~a&.", ["b", "7"]],
    ["~~a", ["a"]],
    ["a.*&.*b", ["ab", "a.b", "a\nb"]],
    ["(a.*&.*b)|7", ["ab", "a.b", "a\nb", "7"]],
    ["~(a@|@b)&.+", ["7", "07", "12", "Foo<T>", "é😀", "^$/"]],
  ])("%j matches just these whole values", async (pattern, values) => {
    const query = new URLSearchParams({ signature: `@${pattern}`, _columns: "signature" }).toString();
    // A sign with nothing after it is a parameter that asks for the empty text.
    const { hits } = await engine.search(planOf(query));
    expect(hits.map(({ signature }) => signature).sort()).toEqual([...values].sort());
  });

  it.each([
    ["(", "a ( is not closed"],
    ["a)", "a ) closes nothing"],
    ["[a", "a [ is not closed"],
    ['"a', 'a " is not ended'],
    ["a\\", "is its last character"],
    ["\\b", "\\b has no meaning"],
    ["a{,2}", "write \\{ for the character"],
    ["a{2,1}", "{2,1} has its smaller number last"],
    ["Foo<T>", "write \\< for the character"],
    ["Foo::~Foo", "write \\& and \\~ for the characters"],
    ["a(b&c)", "as in ~(.*x.*)"],
    ["~", "something is missing at its end"],
    ["<1-100000>", "more than 10000 numbers"],
    ["(".repeat(5_000), "more than 100 ( are inside each other"],
  ])("%j is refused, saying why", (pattern, why) => {
    expect(() => translateRegexp(pattern)).toThrow(
      expect.objectContaining({
        code: "bad_argument",
        message: expect.stringContaining(why) as string,
      }) as Error,
    );
  });
});
