import { readFileSync } from "node:fs";
import type { Command } from "commander";
import { describe, expect, it } from "vitest";
import { crashStatsProgram } from "./program";

const document = readFileSync("docs/command-line.md", "utf8");
const sections = new Map(
  document
    .split(/^## /m)
    .slice(1)
    .map((section) => [/^`([^`]+)`/.exec(section)?.[1] ?? section, section]),
);

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
  it("has a section of its own in docs/command-line.md, which names every option", () => {
    const section = sections.get(name);
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
  expect([...sections.keys()].toSorted()).toEqual(commands.map(([name]) => name).toSorted());
});
