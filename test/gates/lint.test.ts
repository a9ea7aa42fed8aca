import { ESLint } from "eslint";
import { beforeAll, describe, expect, it } from "vitest";

const eslint = new ESLint();
/** Any file the compiler knows: the planted text is read instead of what the file says. */
const LIB = "lib/core/links.ts";
const COMPONENT = "components/ui/badge.tsx";

async function rulesBrokenBy(text: string, filePath: string): Promise<readonly (string | null)[]> {
  const [result] = await eslint.lintText(text, { filePath });
  return (result?.messages ?? []).map(({ ruleId }) => ruleId);
}

/** The first text makes the linter read the whole project. */
beforeAll(() => rulesBrokenBy("", LIB), 60_000);

describe("the linter refuses", () => {
  it.each([
    ["any", "export const a: any = 1;", "@typescript-eslint/no-explicit-any"],
    [
      "a forgotten promise",
      "async function f() {}\nexport function g() {\n  f();\n}",
      "@typescript-eslint/no-floating-promises",
    ],
    [
      "an assertion that something is there",
      "export const f = (a: string | null) => a!.length;",
      "@typescript-eslint/no-non-null-assertion",
    ],
    [
      "a switch that forgets a case",
      'export function f(a: "x" | "y") {\n  switch (a) {\n    case "x":\n      return 1;\n  }\n  return 2;\n}',
      "@typescript-eslint/switch-exhaustiveness-check",
    ],
    ["the environment outside of the config", "export const a = process.env.HOME;", "no-restricted-syntax"],
    ["a default export", "const a = 1;\nexport default a;", "no-restricted-syntax"],
    ["a barrel", 'export * from "./errors";', "no-restricted-syntax"],
    ["the console", 'console.log("here");', "no-console"],
    ["five parameters", "export const f = (a: 1, b: 1, c: 1, d: 1, e: 1) => [a, b, c, d, e];", "max-params"],
    [
      "a file of 301 lines",
      Array.from({ length: 301 }, (_, index) => `export const a${index} = 1;`).join("\n"),
      "max-lines",
    ],
    [
      "a function of 70 lines",
      `export function f() {\n${"  Math.random();\n".repeat(70)}}`,
      "max-lines-per-function",
    ],
    [
      "four levels",
      "export function f(a: number) {\n  if (a)\n    while (a)\n      for (;;) {\n        if (a) return;\n      }\n}",
      "max-depth",
    ],
  ])("%s", async (_, text, rule) => {
    expect(await rulesBrokenBy(`${text}\n`, LIB)).toContain(rule);
  });

  it("a picture without a text", async () => {
    expect(await rulesBrokenBy('export const A = () => <img src="/a.png" />;\n', COMPONENT)).toContain(
      "jsx-a11y/alt-text",
    );
  });

  it("waiting for time to pass in a browser test", async () => {
    const text = "export const f = (page: { waitForTimeout(ms: number): void }) => page.waitForTimeout(5);\n";
    expect(await rulesBrokenBy(text, "e2e/demo.ts")).toContain("no-restricted-syntax");
  });

  it("nothing of clean code", async () => {
    expect(await rulesBrokenBy("export const a = (text: string) => text.length;\n", LIB)).toEqual([]);
  });
});
