import { describe, expect, it } from "vitest";
import { withoutLeadingZeros } from "./frames";
import {
  collapseCppArguments,
  collapseCppTypes,
  dropPrefixAndReturnType,
  normaliseCppFunction,
  normaliseRustFunction,
} from "./normalise-function";
import { parseSourceFile } from "./source-file";

const options = { line: "7", hasLineNumber: () => false };

describe("names of functions", () => {
  it.each([
    ["void foo(int)", "foo(int)"],
    ["foo(x) (y)", "foo(x) (y)"],
    ["class Foo<A, B> Bar::baz<C D>(E F) const", "const"],
    [
      "std::pair<int, int> (anonymous namespace)::foo(int)",
      "std::pair<int, int> (anonymous namespace)::foo(int)",
    ],
    ["void `anonymous namespace'::foo", "`anonymous namespace'::foo"],
    ["void foo(int) [clone .cold.1]", "foo(int) [clone .cold.1]"],
    ["<T as X>::y z", "z"],
    ["a) b", "b"],
    ["a( b", "a( b"],
    ["<a b", "<a b"],
    ["a  b", "b"],
  ])("%j without return type is %j", (declaration, name) => {
    expect(dropPrefixAndReturnType(declaration)).toBe(name);
  });

  it.each([
    ["foo<int>", "foo<T>"],
    ["foo<int", "foo<T>"],
    ["foo>b", "foo>b"],
    ["operator->", "operator->"],
    ["operator<", "operator<"],
    ["<x as y>", "<x as y>"],
    ["IPC::ParamTraits<a<b>>::c", "IPC::ParamTraits<a<T>>::c"],
    ["IPC::ParamTraits<a<b as c>>::c", "IPC::ParamTraits<a<b as c>>::c"],
  ])("%j without template arguments is %j", (name, collapsed) => {
    expect(collapseCppTypes(name)).toBe(collapsed);
  });

  it.each([
    ["f((anonymous namespace)::x)", "f"],
    ["(anonymous namespace)::x(y)", "(anonymous namespace)::x"],
    ["operator()(int)", "operator()"],
    ["foo)", "foo)"],
  ])("%j without arguments is %j", (name, collapsed) => {
    expect(collapseCppArguments(name)).toBe(collapsed);
  });

  it.each([
    ["f() const&", "f"],
    ["f() const &&", "const"],
    ["x::$_1::y::$_22::z", "x::$::y::$::z"],
    ["foo(a , b *)", "foo"],
  ])("%j of C++ becomes %j", (name, normalised) => {
    expect(normaliseCppFunction(name, options)).toBe(normalised);
  });

  it("of Rust lose their hash, and keep the trait they are of", () => {
    expect(normaliseRustFunction("f<a as b>::g<c>::h0a1f", options)).toBe("f<a as b>::g<T>");
    expect(normaliseRustFunction("f(anonymous namespace)", options)).toBe("f");
  });

  it("that are told apart by their line get it", () => {
    expect(normaliseCppFunction("run(int)", { line: "7", hasLineNumber: (name) => name === "run" })).toBe(
      "run:7",
    );
  });
});

describe("addresses and files", () => {
  it.each([
    ["0X0A", "0xa"],
    ["0x00", "0x0"],
    ["-0x10", "-0x10"],
    ["zz", "zz"],
  ])("%s is written %s", (offset, written) => {
    expect(withoutLeadingZeros(offset)).toBe(written);
  });

  it.each([
    ["git:github.com/rust-lang/rust:src/libstd/x.rs:abc", "src/libstd/x.rs"],
    ["s3:bucket:abc/def/x.rs:", "abc/def/x.rs"],
    ["c:\\src\\x.c", "\\src\\x.c"],
    ["/build/x/y.c", "/build/x/y.c"],
    [":", ""],
    ["rel/path.c", null],
    ["a:b:c:d:e", null],
    ["", null],
  ])("the path in %j is %j", (file, path) => {
    expect(parseSourceFile(file)).toBe(path);
  });
});
