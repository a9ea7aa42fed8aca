import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { JsonObject } from "#lib/core/json";
import { checkOutput } from "./stackwalk-output";

describe("the stackwalker's output", () => {
  it("that is as it should be stays as it is", () => {
    const output = {
      status: "OK",
      crash_info: { crashing_thread: 0, possible_bit_flips: null },
      threads: [{ frames: [{ frame: 0, inlines: [{ function: "f", line: 3 }], registers: { rip: "0x1" } }] }],
      modules: [{ filename: "a", missing_symbols: true, brand_new: { anything: 1 } }],
    };
    expect(checkOutput(output)).toEqual({ output, notes: [] });
  });

  it("keeps what nobody here knows, and says so", () => {
    const output = { status: "OK", "new part\n": [1], newer: {} };
    expect(checkOutput(output)).toEqual({
      output,
      notes: ["MinidumpStackwalk: unknown parts: new?part?, newer"],
    });
  });

  it("loses parts of the wrong type and nothing else; threads and frames keep their numbers", () => {
    const { output, notes } = checkOutput({
      status: "OK",
      pid: "7",
      crash_info: { crashing_thread: -1, type: "SIGSEGV", crash_inconsistencies: ["a", 5] },
      threads: [5, { frames: [null, { line: "9", function: "g", inlines: "x" }] }],
      modules: { filename: "a" },
    });
    expect(output).toEqual({
      status: "OK",
      crash_info: { type: "SIGSEGV" },
      threads: [{}, { frames: [{}, { function: "g" }] }],
    });
    expect(notes).toContain("MinidumpStackwalk: threads[].frames[].line has the wrong type and was left out");
    expect(notes).toHaveLength(8);
  });

  it("is made right in one go, whatever it is, and the notes are few and plain", () => {
    const anything = fc.dictionary(
      fc.constantFrom("status", "threads", "modules", "crash_info", "system_info", "crashing_thread", "x\0"),
      fc.oneof(
        fc.jsonValue(),
        fc.array(fc.dictionary(fc.constantFrom("frames", "registers", "filename"), fc.jsonValue())),
      ),
    );
    fc.assert(
      fc.property(anything, (value) => {
        const first = checkOutput(JSON.parse(JSON.stringify(value)) as JsonObject);
        const again = checkOutput(first.output);
        expect(again.output).toEqual(first.output);
        expect(again.notes.filter((note) => note.includes("wrong type"))).toEqual([]);
        expect(first.notes.length).toBeLessThanOrEqual(13);
        expect(first.notes.join("\n")).toMatch(/^[ -~\n]*$/);
      }),
      { numRuns: 40 },
    );
  });

  it("of too many threads keeps a thousand, with the one that crashed", () => {
    const threads = Array.from({ length: 5000 }, (_, thread_id) => ({ thread_id }));
    const few = checkOutput({ threads, crash_info: { crashing_thread: 3 } });
    expect(few.output.threads).toEqual(threads.slice(0, 1000));
    expect(few.notes).toEqual(["MinidumpStackwalk: 4000 of 5000 threads left out"]);
    const far = checkOutput({
      threads,
      crash_info: { crashing_thread: 4321, type: "SIGSEGV" },
      crashing_thread: { threads_index: 4321, thread_id: 4321 },
    });
    expect((far.output.threads as JsonObject[])[999]).toEqual({ thread_id: 4321 });
    expect(far.output).toMatchObject({
      crash_info: { crashing_thread: 999, type: "SIGSEGV" },
      crashing_thread: { threads_index: 999 },
    });
    expect(far.notes).toContain("MinidumpStackwalk: thread 4321, which crashed, is kept as thread 999");
  });
});
