import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ProcessedCrash, RawCrash } from "#lib/core/crash";
import { newCrashId } from "#lib/core/crash-id";
import type { Json, JsonObject } from "#lib/core/json";
import { FIELDS } from "./catalogue";
import { searchDocument } from "./document";

const uuid = newCrashId(new Date("2026-11-20"), "0bba929f-8721-460c-8ead-a43c20261120", 0);
const documentOf = (values: JsonObject, raw?: RawCrash) =>
  searchDocument(
    {
      signature: "s",
      ...values,
      uuid,
      date_processed: "2026-11-20T01:02:03.646733+00:00",
    } satisfies ProcessedCrash,
    raw,
  );

describe("searchDocument", () => {
  it("takes values from where the fields have them", () => {
    expect(
      documentOf({
        build: "20261120",
        json_dump: { system_info: { cpu_count: 8 } },
        memory_measures: { explicit: 5 },
      }),
    ).toEqual({
      uuid,
      signature: "s",
      date: "2026-11-20T01:02:03.646733+00:00",
      build_id: 20261120,
      cpu_count: 8,
      memory_explicit: 5,
      startup_crash: false,
    });
  });

  it.each<[string, Json, Json | undefined]>([
    ["address", "0x0", "0x0"],
    ["address", 12, "BAD DATA"],
    ["address", ["0x0"], "0x0"],
    ["address", ["0x0", "0x1"], "BAD DATA"],
    ["address", "x".repeat(10_001), "x".repeat(10_000)],
    ["address", null, undefined],
    ["app_notes", "half \ud800", "BAD DATA"],
    ["address", "half \ud800", "half \ufffd"],
    ["address", "😀".repeat(10_001), "😀".repeat(10_000)],
    ["app_notes", { a: 1 }, "BAD DATA"],
    ["addons", ["a", "b"], ["a", "b"]],
    ["addons", "a", ["a"]],
    ["addons", ["b", "a", "b"], ["b", "a"]],
    ["addons", [], undefined],
    ["addons", [1, "b"], ["BAD DATA"]],
    ["addons", ["a", 1], ["a", "BAD DATA"]],
    ["topmost_filenames", "A.cpp;;b.CPP", ["a.cpp", "b.cpp"]],
    ["topmost_filenames", "A.cpp;a.cpp", ["a.cpp"]],
    ["topmost_filenames", ";", undefined],
    ["uptime", "12", 12],
    ["uptime", " -3 ", -3],
    ["uptime", 2.9, 2],
    ["uptime", true, 1],
    ["uptime", "12.5", undefined],
    ["uptime", "", undefined],
    ["uptime", "9223372036854775808", undefined],
    ["crashing_thread", 2147483647, 2147483647],
    ["crashing_thread", 2147483648, undefined],
    ["crashing_thread", -2147483648, -2147483648],
    ["content_sandbox_level", 40000, undefined],
    ["uptime_ts", "1.5", 1.5],
    ["uptime_ts", "NaN", undefined],
    ["uptime_ts", "1e999", undefined],
    ["safe_mode", "1", true],
    ["safe_mode", "true", true],
    ["safe_mode", "True", false],
    ["safe_mode", "yes", false],
    ["safe_mode", null, undefined],
    ["startup_crash", null, false],
  ])("fixes %s %j to %j", (name, value, expected) => {
    expect(documentOf({ [name]: value })[name as "address"]).toEqual(expected);
  });

  it("puts the date into UTC, and takes the day of the id where there is none", () => {
    const dateOf = (date_processed: string) =>
      searchDocument({ uuid, signature: "s", date_processed } satisfies ProcessedCrash).date;
    expect(dateOf("2026-11-20T01:02:03.5+02:00")).toBe("2026-11-19T23:02:03.500000+00:00");
    expect(dateOf("soon")).toBe("2026-11-20T00:00:00+00:00");
  });

  it("cuts long text at a character's border", () => {
    const notes = String(documentOf({ app_notes: "é".repeat(20_000) }).app_notes);
    expect(notes).toBe("é".repeat(16_383));
  });

  it("takes any JSON without failing, and gives values of the field's own kind only", () => {
    fc.assert(
      fc.property(fc.constantFrom(...FIELDS), fc.jsonValue(), (field, value) => {
        const fixed = documentOf({ [field.path]: value })[field.name];
        const kinds = {
          keyword: "string",
          text: "string",
          list: "object",
          boolean: "boolean",
          short: "number",
          integer: "number",
          long: "number",
          double: "number",
          date: "string",
        };
        if (fixed !== undefined && !["uuid", "signature", "date"].includes(field.name))
          expect(typeof fixed).toBe(field.multiple ? "object" : kinds[field.index]);
      }),
    );
  });
});

describe("the search document of a crash with threads", () => {
  it("has the different texts of all frames, of so many as a crash may have", () => {
    const frames = [
      { function: "a" },
      { function: null, module: "m" },
      null,
      { function: "b" },
      { function: 5 },
    ];
    const threads = [{ thread_name: "One", frames }, { frames: "none" }, { thread_name: "One", frames }, 7];
    expect(documentOf({ json_dump: { threads } })).toMatchObject({
      frame_function: ["a", "b"],
      frame_module: ["m"],
      thread_name: ["One"],
    });
    expect(documentOf({ json_dump: { threads } })).not.toHaveProperty("frame_file");
    const many = Array.from({ length: 600 }, (_, thread) => ({
      frames: Array.from({ length: 600 }, (_frame, frame) => ({
        function: `${thread % 5}:${frame}`,
        file: "f",
      })),
    }));
    const document = documentOf({ json_dump: { threads: many } });
    expect(document.frame_function).toHaveLength(2_000);
    expect(document.frame_function).not.toContain("0:500");
  });
});

describe("the search document of a crash with its annotations", () => {
  it("has those that are text, cut, and none that the collector wrote", () => {
    const raw = {
      uuid,
      submitted_timestamp: "2026-11-20T00:00:00+00:00",
      version: "2",
      metadata: {},
      Number: 5,
      "": "no name",
      ["n".repeat(101)]: "long name",
      Any: "a\0b\ud800",
      Long: "€".repeat(1_000),
      ...Object.fromEntries(Array.from({ length: 600 }, (_, index) => [`x${index}`, ""])),
    };
    const document = Object.entries(documentOf({}, raw)).filter(([name]) => name.startsWith("annotation."));
    expect(document).toHaveLength(500);
    expect(document.slice(0, 3)).toEqual([
      ["annotation.Any", "ab\ufffd"],
      ["annotation.Long", "€".repeat(666)],
      ["annotation.x0", ""],
    ]);
  });
});
