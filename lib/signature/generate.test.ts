import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Json, JsonObject } from "#lib/core/json";
import { crashDataFromProcessed, type CrashData } from "./crash-data";
import { generateSignature, SIGNATURE_RULES } from "./generate";
import { builtInSiglists, parseSiglists, type SiglistTexts } from "./siglists";

/** What the reference makes of an input; notes that quote its own exceptions end where the quote begins. */
interface Case {
  readonly about: string;
  readonly input: CrashData;
  readonly siglists?: Readonly<Record<keyof SiglistTexts, readonly string[]>>;
  readonly signature: string;
  readonly notes: readonly string[];
  readonly proto_signature?: string;
  readonly debug_log?: readonly string[];
}

const cases = readFileSync("test/fixtures/signature/cases.jsonl", "utf8")
  .trimEnd()
  .split("\n")
  .map((line) => JSON.parse(line) as Case);

const builtIn = builtInSiglists();
const listsOf = ({ siglists }: Case) =>
  siglists
    ? parseSiglists(
        Object.fromEntries(
          Object.entries(siglists).map(([name, entries]) => [name, entries.join("\n")]),
        ) as SiglistTexts,
        "using signature lists from <DIR>",
      )
    : builtIn;

const stack = (...frames: readonly (string | JsonObject)[]): CrashData => ({
  crashing_thread: 0,
  threads: [{ frames: frames.map((frame) => (typeof frame === "string" ? { function: frame } : frame)) }],
});
const signatureOf = (crash: CrashData) => generateSignature(crash, builtIn).signature;

describe("generateSignature", () => {
  it.each(cases)("agrees with the reference on $about", (given) => {
    const made = generateSignature(given.input, listsOf(given));
    expect(made.signature).toBe(given.signature);
    expect(made.extra.proto_signature).toBe(given.proto_signature);
    expect(
      made.notes.map((note, index) =>
        given.notes[index]?.endsWith("ailed:") ? note.slice(0, given.notes[index].length) : note,
      ),
    ).toEqual(given.notes);
    if (given.debug_log) expect(made.debugLog).toEqual(given.debug_log);
  });

  it.each<[string, CrashData, string]>([
    [
      "a C++ abort",
      stack(
        "__pthread_kill_implementation",
        "raise",
        "abort",
        "__gnu_cxx::__verbose_terminate_handler()",
        "__cxxabiv1::__terminate(void (*)())",
        "std::terminate()",
        "__cxa_throw",
        "std::__throw_out_of_range_fmt(char const*, ...)",
        "app::Table::at(unsigned long)",
      ),
      "app::Table::at",
    ],
    [
      "a failed assertion",
      stack(
        "__pthread_kill_implementation",
        "raise",
        "abort",
        "__assert_fail_base",
        "__assert_fail",
        "app::check(int)",
      ),
      "app::check",
    ],
    [
      "a freed pointer",
      stack("free", "operator delete(void*)", "app::Node::~Node()"),
      "free | app::Node::~Node",
    ],
    [
      "a Windows access violation in a driver",
      { ...stack({ module: "NVOGLV64.DLL" }, { module: "nvoglv64.dll" }, "app::Draw"), os: "Windows NT" },
      "nvoglv64.dll | app::Draw",
    ],
    [
      "a message to a dead object",
      stack("objc_msgSend", "-[AppDelegate windowWillClose:]"),
      "objc_msgSend | -[AppDelegate windowWillClose:]",
    ],
    ["a jump into nothing", stack({ offset: "0x0000000000000000" }, "app::call"), "@0x0 | app::call"],
  ])("names what is to blame for %s, with the built-in lists", (_, crash, signature) => {
    expect(signatureOf(crash)).toBe(signature);
  });

  it("never throws, and gives at most 255 printable characters, whatever the crash data", () => {
    const odd = fc.letrec<{ value: Json }>((tie) => ({
      value: fc.oneof(
        { depthSize: "small" },
        fc.constantFrom<Json>(
          null,
          true,
          0,
          -1,
          5.5,
          "",
          "x",
          "RunWatchdog",
          "{",
          "[]",
          "Windows NT",
          "###!!! ABORT: x",
        ),
        fc.string({ unit: "binary" }),
        fc.array(tie("value")),
        fc.dictionary(
          fc.constantFrom(
            "frames",
            "function",
            "file",
            "line",
            "module",
            "offset",
            "inlines",
            "unloaded_modules",
            "exception",
            "values",
            "stacktrace",
            "name",
          ),
          tie("value"),
        ),
      ),
    })).value;
    const keys = fc.constantFrom(
      "crashing_thread",
      "threads",
      "os",
      "reason",
      "java_stack_trace",
      "java_exception",
      "oom_allocation_size",
      "abort_message",
      "async_shutdown_timeout",
      "ipc_channel_error",
      "ipc_message_name",
      "additional_minidumps",
      "mdsw_status_string",
      "hang",
      "js_large_allocation_failure",
    );
    fc.assert(
      fc.property(fc.dictionary(keys, odd), (crash) => {
        expect(signatureOf(crash)).toMatch(/^[ -~]{0,255}$/);
      }),
      { numRuns: 500 },
    );
  });
});

it("docs/signature.md has every rule in its order, with its description", () => {
  const document = readFileSync("docs/signature.md", "utf8");
  const rows = [...document.matchAll(/^\| `([A-Z]\w+)` +\| (.*?) +\|$/gm)].map(([, name, text]) => [
    name,
    text,
  ]);
  expect(rows).toEqual(SIGNATURE_RULES.map(({ name, description }) => [name, description]));
});

describe("a rule that fails", () => {
  it("leaves a note, stops no other rule, and is reported with its error and the crash", () => {
    const failures: unknown[] = [];
    const crash = { ...stack("a::b"), oom_allocation_size: "many", reason: "EXCEPTION_STACK_OVERFLOW" };
    const made = generateSignature(crash, builtIn, { onRuleFailed: (failure) => failures.push(failure) });
    expect(made.signature).toBe("stackoverflow | a::b");
    expect(made.notes).toEqual(["OOMSignature: Rule failed: the allocation size is not a number"]);
    expect(failures).toEqual([{ rule: "OOMSignature", error: expect.any(TypeError) as TypeError, crash }]);
  });
});

it("rules can be others than the default ones", () => {
  const crash = { ...stack("a::b"), hang: "ui" };
  const rules = SIGNATURE_RULES.filter(({ name }) => name !== "HungProcess");
  expect(generateSignature(crash, builtIn, { rules }).signature).toBe("a::b");
});

describe("as in the reference", () => {
  it.each<[string, CrashData, string]>([
    ["an empty Java exception is none", { ...stack("a::b"), java_exception: {} }, "a::b"],
    ["an empty abort message of another type is none", { ...stack("a::b"), abort_message: [] }, "a::b"],
    [
      "what follows the fortieth frame may be anything",
      { threads: [{ frames: [...Array<Json>(40).fill({ function: "memcpy" }), null] }] },
      `${"memcpy | ".repeat(40).slice(0, 252)}...`,
    ],
    [
      "conditions of a shutdown are sorted by character",
      {
        async_shutdown_timeout: JSON.stringify({
          phase: "p",
          conditions: ["\u{1F600}b", "\uFF5Ea", "c", "ca"],
        }),
      },
      "AsyncShutdownTimeout | p | c,ca,a,b",
    ],
  ])("%s", (_, crash, signature) => {
    expect(signatureOf(crash)).toBe(signature);
  });

  it("a crashing thread that is no number counts as the first, in the note too", () => {
    const { notes } = generateSignature({ crashing_thread: "2.5", threads: [] }, builtIn);
    expect(notes).toEqual(["SignatureGenerationRule: CSignatureTool: no frame data for crashing thread (0)"]);
  });
});

describe("crashDataFromProcessed", () => {
  it("takes what the stackwalker found, not what rules made of it", () => {
    const json_dump = {
      crash_info: { crashing_thread: 3, type: "SIGSEGV" },
      threads: [],
      system_info: { os: "Linux" },
    };
    expect(
      crashDataFromProcessed({
        json_dump,
        crashing_thread: 0,
        reason: "other",
        oom_allocation_size: "12",
        signature: "old",
      }),
    ).toMatchObject({
      crashing_thread: 3,
      reason: "SIGSEGV",
      threads: [],
      os: "Linux",
      oom_allocation_size: 12,
      original_signature: "old",
      additional_minidumps: [],
    });
  });

  it("has Java data only when the crash has", () => {
    expect(crashDataFromProcessed({})).not.toHaveProperty("java_stack_trace");
    expect(crashDataFromProcessed({})).not.toHaveProperty("threads");
    expect(crashDataFromProcessed({ java_stack_trace: "a.E" })).toHaveProperty("java_stack_trace", "a.E");
  });
});
