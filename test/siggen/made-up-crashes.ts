import { random, type Random } from "#lib/sampledata/random";
import type { Json } from "#lib/core/json";
import type { CrashData } from "#lib/signature/crash-data";
import { madeUpFunction } from "./made-up-names";

const MODULES = [
  ...["xul.dll", "XUL", "libxul.so", "NVOGLV64.DLL", "igd10umd32.dll", "[vdso]", "foo.exe", "base.odex", ""],
  ...["linux-gate.so", "ntdll.dll", "[heap", "libfoo.so.1", "déjà.dll"],
];
const FILES = [
  "hg:hg.mozilla.org/mozilla-central:js/src/vm/Interpreter.cpp:4c2d1aa0f1b3",
  "hg:hg.mozilla.org/mozilla-central:servo/components/style/lib.rs:4c2d1aa0f1b3",
  "git:github.com/rust-lang/rust:src/libcore/panicking.rs:9fc6b431",
  "git:github.com/rust-lang/rust:src/liballoc/raw_vec.rs:9fc6b431",
  ...["/build/x/y.c", "/build/x/y.rs", "src/z.rs", "c:\\b\\Foo.cpp", "D:\\b\\bar.rs", "a/b/", "\\\\", ""],
];
const PANIC_NAMES = ["panic_fmt", "panic", "panic_bounds_check", "capacity_overflow", "expect_failed"];
const OFFSETS = ["0x0000000012345678", "0x0", "0X00AB", "0xf", "zzz", "-0x10", "00ff", "", "0x7fff00000000"];

/** Crash data with every key, realistic and odd: the same for the same seed. */
export function madeUpCrashes(seed: number, count: number): readonly CrashData[] {
  return Array.from({ length: count }, (_, index) => madeUpCrash(random(seed, index)));
}

function madeUpCrash(chance: Random): CrashData {
  const threads = Array.from({ length: chance.integer(1, 2) }, () => thread(chance));
  const given = Object.entries(ANNOTATIONS).flatMap(([key, [probability, make]]) =>
    chance.chance(probability) ? [[key, make(chance)] as const] : [],
  );
  return {
    threads,
    crashing_thread: chance.pick([0, 0, 0, 1, -1, null, "1", 5]),
    ...Object.fromEntries(given),
  };
}

function thread(chance: Random): Json {
  const frames = Array.from({ length: chance.integer(0, chance.chance(0.05) ? 60 : 12) }, () =>
    frame(chance),
  );
  return chance.chance(0.05)
    ? { frames, last_error_value: chance.pick(["ERROR_NOT_ENOUGH_MEMORY", "ERROR_SUCCESS"]) }
    : { frames };
}

function frame(chance: Random): Json {
  const some = <T extends Json>(probability: number, make: () => T) =>
    chance.chance(probability) ? make() : null;
  const name = () => (chance.chance(0.03) ? chance.pick(PANIC_NAMES) : madeUpFunction(chance));
  const inlined = () => ({ function: name(), file: chance.pick(FILES), line: chance.integer(0, 300) });
  return {
    function: some(0.75, name),
    module: some(0.7, () => chance.pick(MODULES)),
    file: some(0.4, () => chance.pick(FILES)),
    line: some(0.4, () => chance.integer(0, 2000)),
    module_offset: "0x12af",
    offset: some(0.8, () => chance.pick(OFFSETS)),
    inlines: some(0.1, () => [inlined(), inlined()]),
    unloaded_modules: some(0.1, () =>
      chance.pick<Json>([[], [{ module: "old.dll", offsets: ["0x1"] }], [{}]]),
    ),
  };
}

const MESSAGES = [
  ...["[Parent 1234] ###!!! ABORT: bad state: file /build/x.cpp, line 12", "###!!! ABORT: file /x.cpp"],
  ...["unable to find a usable font (Größe) at all", "unable to find a usable font )x(", "tab\there\nline"],
  ...["x".repeat(90), "☃☃", " ", "MOZ_RELEASE_ASSERT(ok)", "a  b", "RunWatchdog"],
];
const TIMEOUTS: readonly Json[] = [
  { phase: "profile-before-change", conditions: [{ name: "B" }, { name: "A" }] },
  { phase: "quit", conditions: [{ state: 1 }] },
  { conditions: ["a", null, true] },
  { phase: 3, conditions: "text" },
  { phase: "p", conditions: { b: 1, a: 2 } },
  { phase: "p", conditions: [] },
  [],
];
const TRACES = [
  "java.lang.IllegalStateException: Expected a value\n\tat org.a.Foo.bar(Foo.java:123)\n\tat b.C.d(C.java:9)",
  "a.E: view android.View@41fb2c80\n\tat a.B.c(B.java:1)",
  "a.E: view android.View@41fb2c80 lost\r\n\tat a.B.c(B.kt:12)",
  ...["java.lang.NullPointerException\n\tat a.B.c(B.java:1)", "malformed", "\n", "a.E: x\n\n", "a.E: x"],
  `a.E: ${"long ".repeat(60)}\n\tat a.B.c(B.java:1)`,
  `a.E: ${"déjà ".repeat(49)}\n\tat a.B.c`,
];
const EXCEPTIONS: readonly Json[] = [
  {},
  { foo: 1 },
  { exception: { values: [] } },
  ...[
    {
      type: "A",
      module: "java.lang",
      frames: [{ module: "org.a.Foo", function: "bar", filename: "Foo.java" }],
    },
    { type: "A", module: null, frames: [{ filename: "x.kt" }] },
    { module: "only", frames: [{ function: "f" }, { module: "m" }] },
    { type: "A", frames: [] },
  ].map((stacktrace) => ({ exception: { values: [{ stacktrace }] } })),
];

/** How often a crash has each, and what. */
const ANNOTATIONS: Readonly<Record<string, readonly [number, (chance: Random) => Json]>> = {
  os: [0.7, (chance) => chance.pick(["Windows NT", "Linux", "Mac OS X", "Android"])],
  reason: [
    0.5,
    (chance) =>
      chance.pick([
        ...["SIGSEGV", "EXCEPTION_STACK_OVERFLOW", "EXCEPTION_IN_PAGE_ERROR_READ / STATUS_DEVICE_DATA_ERROR"],
        ...["STATUS_NO_MEMORY", "STATUS_FATAL_MEMORY_EXHAUSTION", ""],
      ]),
  ],
  java_stack_trace: [0.03, (chance) => chance.pick(TRACES)],
  java_exception: [0.03, (chance) => chance.pick(EXCEPTIONS)],
  oom_allocation_size: [
    0.04,
    (chance) => chance.pick<Json>([0, 1, 262_144, 262_145, -5, "0", "900000", "x", 1.5]),
  ],
  js_large_allocation_failure: [0.02, (chance) => chance.pick(["Reporting", "Reported"])],
  abort_message: [0.05, (chance) => chance.pick(MESSAGES)],
  async_shutdown_timeout: [
    0.04,
    (chance) => (chance.chance(0.1) ? "{not json" : JSON.stringify(chance.pick(TIMEOUTS))),
  ],
  ipc_channel_error: [
    0.03,
    (chance) => chance.pick(["ShutDownKill", "line one\nline  two", "é".repeat(120), ""]),
  ],
  additional_minidumps: [
    0.03,
    (chance) => chance.pick<Json>([["upload_file_minidump_browser"], [], ["other"]]),
  ],
  ipc_message_name: [0.03, (chance) => chance.pick(["PContent::Msg_Foo", ""])],
  mdsw_status_string: [0.2, (chance) => chance.pick(["OK", "EmptyMinidump", ""])],
  hang: [0.02, (chance) => chance.pick<Json>(["ui", "", null, 1])],
};
