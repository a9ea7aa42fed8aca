import { basename } from "node:path";
import { isJsonArray, isJsonObject, type Json, type JsonObject } from "#lib/core/json";

/** The stack of a thread as lines of text, an inlined function or a frame each. */
export type StackLines = readonly string[];

/**
 * The threads in the report that minidump-stackwalk writes for people, by their numbers. Of a frame: module, function, file
 * and line; where there is no line the offset into what is known; then how it was found, and where its instruction is.
 */
export function stacksInReport(report: string): ReadonlyMap<number, StackLines> {
  const stacks = new Map<number, string[]>();
  let stack: string[] = [];
  for (const line of report.split("\n")) {
    const thread = /^Thread (\d+)/.exec(line)?.[1];
    const frame = /^ ?\d+ {2}(.*)$/.exec(line)?.[1];
    const foundBy = /^ {4}Found by: (.*)$/.exec(line)?.[1];
    const instruction = /(?:^|\s)rip = 0x([0-9a-f]+)/.exec(line)?.[1];
    if (thread !== undefined) stacks.set(Number(thread), (stack = []));
    // A line is an offset into a line's code, which the JSON does not have; of others it is into the function.
    else if (frame !== undefined) stack.push(frame.replace(/ \+ 0x[0-9a-f]+\]$/, "]"));
    else if (instruction !== undefined) stack.push(`${stack.pop() ?? ""} at ${BigInt(`0x${instruction}`)}`);
    else if (foundBy !== undefined) stack.push(`${stack.pop() ?? ""} by ${foundBy}`);
  }
  return stacks;
}

/** The same of the stackwalker's output in a processed crash. */
export function stacksInCrash(dump: JsonObject): ReadonlyMap<number, StackLines> {
  const threads = isJsonArray(dump.threads) ? dump.threads.filter(isJsonObject) : [];
  return new Map(
    threads.map(({ frames }, index) => [
      index,
      (isJsonArray(frames) ? frames : []).filter(isJsonObject).flatMap(linesOf),
    ]),
  );
}

const FOUND_BY: Readonly<Record<string, string>> = {
  context: "given as instruction pointer in context",
  cfi: "call frame info",
  cfi_scan: "call frame info with scanning",
  frame_pointer: "previous frame's frame pointer",
  scan: "stack scanning",
  prewalked: "external stack manager",
};

function linesOf(frame: JsonObject): readonly string[] {
  const module = text(frame.module);
  const inlines = isJsonArray(frame.inlines) ? frame.inlines.filter(isJsonObject) : [];
  // What called is one instruction before the one that the call returns to.
  const resumes = BigInt(text(frame.offset)) + (frame.trust === "context" ? 0n : 1n);
  return [
    ...inlines.map((inline) => `${placeOf(module, inline)} by inlining`),
    `${placeOf(module, frame)} at ${resumes} by ${FOUND_BY[text(frame.trust)] ?? ""}`,
  ];
}

function placeOf(
  module: string,
  { function: name, file, line, function_offset, module_offset, offset }: JsonObject,
): string {
  if (typeof name === "string")
    return typeof file === "string"
      ? `${module}!${name} [${basename(file)} : ${Number(line)}]`
      : `${module}!${name} + ${hexadecimal(function_offset)}`;
  return module === "" ? text(offset) : `${module} + ${hexadecimal(module_offset)}`;
}

function hexadecimal(value: Json | undefined): string {
  return `0x${BigInt(text(value) || 0).toString(16)}`;
}

function text(value: Json | undefined): string {
  return typeof value === "string" ? value : "";
}
