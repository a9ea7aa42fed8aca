import { describe, expect, it } from "vitest";
import type { JsonObject } from "#lib/core/json";
import { formatBytes, formatDuration } from "./details";
import { reportView } from "./report";

const view = (processed: JsonObject, raw: JsonObject = {}) => reportView(raw, processed);

describe("the view of a crash report", () => {
  it("of an empty document is empty, and is no error", () => {
    expect(view({})).toMatchObject({
      signature: "",
      gist: [],
      threads: [],
      modules: [],
      annotations: [],
      notes: [],
    });
  });

  it("of documents of the wrong shape is as empty", () => {
    const broken: JsonObject = {
      signature: 5,
      json_dump: { threads: [null, 1, { frames: "x" }], modules: [null, { filename: 7 }] },
      processor_notes: ["a"],
      java_exception: "x",
    };
    const { threads, modules, notes } = view(broken);
    expect(threads.map(({ frames }) => frames)).toEqual([[], [], []]);
    expect(modules).toMatchObject([{ fileName: "" }]);
    expect(notes).toEqual([]);
  });

  it("has inlined functions before the frame they are in, and says where frames were left out", () => {
    const frames = [
      {
        frame: 0,
        module: "xul.dll",
        function: "outer(int ,char *)",
        file: "git:github.com/example/project:a/b.cpp:0123",
        line: 5,
        trust: "context",
        inlines: [{ function: "inner", file: "b.h", line: 7 }],
      },
      { truncated: { msg: "400 frames left out" } },
      { frame: 9, module: "ntdll.dll", module_offset: "0x0000001a", trust: "scan", missing_symbols: true },
      { frame: 10, offset: "0x00007fff00000010" },
    ];
    const [thread] = view({
      crashing_thread: 0,
      json_dump: { threads: [{ thread_name: "Main", frames }] },
    }).threads;
    expect(thread).toMatchObject({ index: 0, name: "Main", crashed: true });
    expect(thread?.frames).toMatchObject([
      { number: "0", name: "inner", trust: "inlined" },
      { number: "0", name: "outer(int, char*)", trust: "context" },
      { kind: "truncated", message: "400 frames left out" },
      { number: "9", name: "ntdll.dll@0x1a", missingSymbols: true },
      { number: "10", name: "@0x7fff00000010" },
    ]);
  });

  it("links to symbols on the web only", () => {
    const modules = ["https://symbols.example/a.sym", "javascript:alert(1)", "file:///etc/passwd"].map(
      (symbol_url) => ({ symbol_url, loaded_symbols: true }),
    );
    expect(view({ json_dump: { modules } }).modules.map(({ symbolUrl }) => symbolUrl)).toEqual([
      "https://symbols.example/a.sym",
      null,
      null,
    ]);
  });

  it("lists annotations by name, without what the collector added", () => {
    const raw = {
      Version: "1",
      addons: ["a"],
      BuildID: "2",
      uuid: "x",
      metadata: {},
      submitted_timestamp: "y",
    };
    expect(view({}, raw).annotations).toEqual([
      { name: "addons", text: '[\n  "a"\n]' },
      { name: "BuildID", text: "2" },
      { name: "Version", text: "1" },
    ]);
  });

  it("has facts with the search that finds crashes alike", () => {
    const rows = view({ reason: "SIGSEGV", uptime: 125, startup_crash: false, build: "20261101000000" })
      .details.flatMap((group) => group.rows)
      .map(({ label, text, search }) => [label, text, search]);
    expect(rows).toEqual([
      ["Crash reason", "SIGSEGV", { field: "reason", value: "=SIGSEGV" }],
      ["Startup crash", "No", { field: "startup_crash", value: "!__true__" }],
      ["Build id", "20261101000000 (2026-11-01)", { field: "build_id", value: "20261101000000" }],
      ["Uptime", "125 seconds (2 minutes and 5 seconds)", { field: "uptime", value: "125" }],
    ]);
  });

  it("says in words why there is no stack", () => {
    expect(view({ mdsw_status_string: "OK", success: true, json_dump: {} }).problem).toBeNull();
    expect(
      view({ mdsw_status_string: "EmptyMinidump", mdsw_return_code: null, success: false }).problem,
    ).toMatch(/empty/i);
    expect(view({ mdsw_status_string: "StackwalkerMissing", success: false }).problem).toMatch(
      /not installed/i,
    );
  });
});

it.each([
  [0, "0 seconds"],
  [1, "1 second"],
  [60, "60 seconds"],
  [3_661, "3,661 seconds (1 hour and 1 minute)"],
  [90_000, "90,000 seconds (1 day and 1 hour)"],
])("%d seconds read as %s", (total, words) => expect(formatDuration(total)).toBe(words));

it.each([
  [1, "1 byte"],
  [999, "999 bytes"],
  [1_500, "1,500 bytes (1.5 kB)"],
  [8e9, "8,000,000,000 bytes (8.0 GB)"],
])("%d bytes read as %s", (amount, words) => expect(formatBytes(amount)).toBe(words));
