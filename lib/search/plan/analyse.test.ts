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
    ["カタカナABCひら", ["カタカナ", "abc", "ひ", "ら"]],
    ["ｶﾞ 々 時々", ["ｶﾞ", "々", "時", "々"]],
    ["สวัสดีabc ก็", ["สวัสดี", "abc", "ก็"]],
    ["צה\"ל ג'ורג'", ['צה"ל', "ג'ורג'"]],
    ["١٢٫٥ १२", ["١٢٫٥", "१२"]],
    ["İSTANBUL ΟΔΟΣ", ["istanbul", "οδοσ"]],
    ["so\u00adft zero\u200bwidth", ["so\u00adft", "zero", "width"]],
    ["© ❤️ 👩‍❤️‍👨🇩🇪 1️⃣", ["©", "❤️", "👩‍❤️‍👨", "🇩🇪", "1️⃣"]],
    ["", []],
    [" \t\n!?", []],
  ])("%j has the words %j", (text, words) => {
    expect(analyse(text)).toEqual(words);
  });

  it("cuts a word that is too long for an index", () => {
    expect(analyse("x".repeat(600)).map((piece) => piece.length)).toEqual([255, 255, 90]);
  });

  it("finds the same words in ASCII text whether or not another text stands beside it", () => {
    const text = fc.string({ unit: fc.constantFrom(...Array.from("abZ019__..::,;''-/|<>() ")) });
    fc.assert(
      fc.property(text, (ascii) => {
        expect(analyse(`${ascii} 漢`)).toEqual([...analyse(ascii), "漢"]);
      }),
    );
  });

  it.each(["_", "_\u0301", "\u0301", "_'", "a.", "a'", "1,", "a_.", "א'", "カ_", "\u200d"])(
    "takes no more than its length in steps over thousands of %j",
    (unit) => {
      expect(analyse(unit.repeat(30_000)).length).toBeLessThanOrEqual(30_000);
    },
    1_000,
  );

  it("gives words that have themselves as their only word", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        for (const found of analyse(text)) expect(analyse(found)).toEqual([found]);
      }),
    );
  });
});
