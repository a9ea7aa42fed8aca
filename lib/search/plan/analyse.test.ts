import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { analyse } from "./analyse";

describe("analyse", () => {
  it.each([
    ["mozilla::dom::Foo<T>::Bar", ["mozilla", "dom", "foo", "t", "bar"]],
    ["OOM | small", ["oom", "small"]],
    ["js::RunScript", ["js", "runscript"]],
    ["libc.so.6", ["libc.so", "6"]],
    ["10.0.19045", ["10.0.19045"]],
    ["1,000 of 2;3", ["1,000", "of", "2;3"]],
    ["Windows NT", ["windows", "nt"]],
    ["a_b __init__", ["a_b", "__init__"]],
    ["___", []],
    ["C:foo C:\\Users", ["c:foo", "c", "users"]],
    ["foo.cpp:123", ["foo.cpp", "123"]],
    ["@0x7ff6", ["0x7ff6"]],
    ["don't 'quoted'", ["don't", "quoted"]],
    ["me@example.com", ["me", "example.com"]],
    ["https://example.com/a-b?c=d", ["https", "example.com", "a", "b", "c", "d"]],
    ["Größe déjà", ["größe", "déjà"]],
    ["e\u0301te\u0301", ["e\u0301te\u0301"]],
    ["漢字かな", ["漢", "字", "か", "な"]],
    ["カタカナ", ["カタカナ"]],
    ["한국어 텍스트", ["한국어", "텍스트"]],
    ["crash 😀👍🏽 now", ["crash", "😀", "👍🏽", "now"]],
    ["", []],
    [" \t\n!?", []],
  ])("%j has the words %j", (text, words) => {
    expect(analyse(text)).toEqual(words);
  });

  it("cuts a word that is too long for an index", () => {
    expect(analyse("x".repeat(600)).map((piece) => piece.length)).toEqual([255, 255, 90]);
  });

  it("gives words that have themselves as their only word", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        for (const found of analyse(text)) expect(analyse(found)).toEqual([found]);
      }),
    );
  });
});
