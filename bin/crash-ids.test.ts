import { Readable } from "node:stream";
import { expect, it } from "vitest";
import { givenCrashIds } from "./crash-ids";

const ONE = "0bba929f-8721-460c-8ead-a43c20261120";
const OTHER = "39bd31d3-46f8-4a2f-98f1-b94f70261124";
const input = (content: string) => Readable.from([content]);

it("crash ids come from the arguments, each once, with or without their prefix", async () => {
  expect(await givenCrashIds([ONE, `bp-${OTHER}`, ONE], input("nonsense"))).toEqual([ONE, OTHER]);
});

it("crash ids come from the standard input where there are no arguments, without its comments", async () => {
  expect(await givenCrashIds([], input(`# two\n${ONE} # the first\n\n  bp-${OTHER}\r\n`))).toEqual([
    ONE,
    OTHER,
  ]);
});

it("everything that is no crash id is named, and nothing is done", async () => {
  await expect(givenCrashIds([], input(`${ONE}\nhalf 0bba929f`))).rejects.toMatchObject({
    code: "bad_argument",
    message: '"half", "0bba929f" are not crash ids. Nothing was done.',
  });
  await expect(givenCrashIds([], input("# none\n"))).rejects.toThrow("There are no crash ids");
});
