import { readFileSync } from "node:fs";
import type { Command } from "commander";
import { describe, expect, it } from "vitest";
import { crashStatsProgram } from "./program";

const document = readFileSync("docs/command-line.md", "utf8");
/** By the names in their headings. */
const sections = new Map(
  document
    .split(/^## /m)
    .slice(1)
    .flatMap((section) => {
      const [heading = ""] = section.split("\n", 1);
      return [...heading.matchAll(/`([^`]+)`/g)].map(([, name = ""]) => [name, section] as const);
    }),
);

/** The section of a command; a group of commands may share one that names each. */
function sectionOf(name: string): string | undefined {
  const [group = "", ...rest] = name.split(" ");
  const shared = sections.get(group);
  return sections.get(name) ?? (shared?.includes(`\`${rest.join(" ")}`) ? shared : undefined);
}

/** Each command that does something, by its words. */
function commandsBelow(
  command: Command,
  words: readonly string[] = [],
): readonly (readonly [string, Command])[] {
  if (command.commands.length === 0) return [[words.join(" "), command]];
  return command.commands.flatMap((below) => commandsBelow(below, [...words, below.name()]));
}

const commands = commandsBelow(crashStatsProgram());

describe.each(commands)("the command %s", (name, command) => {
  it("has a section in docs/command-line.md, which names every option", () => {
    const section = sectionOf(name);
    expect(section).toBeDefined();
    for (const { long } of command.options) expect(section).toContain(`\`${long ?? ""}`);
  });

  it("describes itself, its arguments and its options", () => {
    expect(command.description()).not.toBe("");
    for (const { description } of [...command.registeredArguments, ...command.options])
      expect(description).not.toBe("");
  });
});

it("docs/command-line.md has no command that there is none of", () => {
  const names = commands.flatMap(([name]) => [name, name.split(" ")[0]]);
  expect([...sections.keys()].filter((name) => !names.includes(name))).toEqual([]);
});
