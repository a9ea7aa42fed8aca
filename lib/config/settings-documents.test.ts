import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { SETTINGS } from "./settings";

const example = readFileSync(".env.example", "utf8");
const operations = readFileSync("docs/operations.md", "utf8");
/** The number of workers depends on the machine. */
const defaultOf = ({ name, byDefault }: { name: string; byDefault: string }) =>
  name === "PROCESSOR_WORKERS" ? null : byDefault;

describe.each(Object.values(SETTINGS))("the setting $name", (setting) => {
  it("stands in .env.example with its default and meaning", () => {
    expect(example).toContain(`# ${setting.doc}`);
    expect(example.split("\n")).toContain(`#${setting.name}=${defaultOf(setting) ?? ""}`);
  });

  it("stands in the operations document with its default", () => {
    const row = operations.split("\n").find((line) => line.startsWith(`| \`${setting.name}\``));
    const written =
      { null: "number of cores", "": "" }[String(defaultOf(setting))] ?? `\`${setting.byDefault}\``;
    expect(row?.split("|")[2]?.trim()).toBe(written);
  });
});

it("documents name no setting that there is none of", () => {
  const named = [...operations.matchAll(/^\| `([A-Z_]+)` +\|/gm)].map(([, name]) => name);
  expect(named.sort()).toEqual(
    Object.values(SETTINGS)
      .map(({ name }) => name)
      .sort(),
  );
});
