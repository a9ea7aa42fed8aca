import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { MAIN_DUMP } from "#lib/core/crash";
import type { JsonObject } from "#lib/core/json";
import { PROCESSED_CRASH_KEYS } from "#lib/fields/keys";
import { builtInSiglists } from "#lib/signature/siglists";
import { runOn } from "#test/rule-harness";
import type { Draft } from "./rule";
import { RULESET_NAMES, rulesets } from "./rulesets";
import { COPIED_ANNOTATIONS } from "./rules/copied-annotations";
import type { StackwalkResult } from "./stackwalk";

const walked: StackwalkResult = {
  json_dump: {
    status: "OK",
    pid: 7,
    crash_info: {
      type: "SIGSEGV",
      address: "0x0",
      crashing_thread: 0,
      possible_bit_flips: [{ confidence: 0.5 }],
      crash_inconsistencies: ["int_div_by_zero_not_possible"],
      memory_accesses: [{ is_likely_guard_page: true }],
    },
    crashing_thread: { thread_name: "main", last_error_value: "ERROR_SUCCESS" },
    mac_boot_args: "-v",
    mac_crash_info: { num_records: 1 },
    soft_errors: ["one"],
    system_info: { cpu_microcode_version: "0x1" },
    threads: [{ frames: [{ module: "kestrel", function: "f", file: "f.cpp" }] }],
    modules: [
      { filename: "kestrel", debug_id: "A", missing_symbols: true, symbol_url: "http://localhost/a" },
    ],
  },
  mdsw_return_code: 0,
  mdsw_status_string: "OK",
  success: true,
  stackwalk_version: "1",
  mdsw_stderr: "",
  notes: [],
};
const all = rulesets({ stackwalk: { walk: () => Promise.resolve(walked) }, siglists: builtInSiglists() });

interface Row {
  readonly rule: string;
  readonly writes: readonly string[];
  readonly test: string;
}

async function rows(): Promise<readonly Row[]> {
  const document = await readFile("docs/processor.md", "utf8");
  return [...document.matchAll(/^\| `(\w+)` +\|[^|\n]*\|[^|\n]*\|([^|\n]*)\|([^|\n]*)\|$/gm)].map(
    ([, rule = "", writes = "", test = ""]) => ({
      rule,
      writes: [...writes.matchAll(/`(\w+)`/g)].map(([, key = ""]) => key),
      test: test.trim(),
    }),
  );
}

const copies = COPIED_ANNOTATIONS.map(({ key }) => key);
/** Every annotation that something is made of, so that every rule applies that needs no other system. */
const annotations: JsonObject = {
  ...Object.fromEntries(
    COPIED_ANNOTATIONS.map(({ annotation, type }) => [annotation, type === "string" ? "text" : "1"]),
  ),
  ProductName: "Firefox",
  ReleaseChannel: "beta",
  Version: "130.0",
  ProcessType: "plugin",
  "Add-ons": "a:1",
  PHCKind: "kind",
  PHCBaseAddress: "1",
  PHCUsableSize: "1",
  PHCAllocStack: "1",
  PHCFreeStack: "1",
  Breadcrumbs: "[]",
  JavaStackTrace: "Exception\n\tat one",
  MozCrashReason: "reason",
  UtilityActorsName: "one,two",
  metadata: { dump_checksums: {} },
};

it("docs/processor.md lists the rules in the order in which they run", async () => {
  expect((await rows()).map(({ rule }) => rule)).toEqual(all.default?.rules.map(({ name }) => name));
});

it("docs/processor.md names for each rule every key that it writes, all of them declared", async () => {
  const directory = await mkdtemp(join(tmpdir(), "rulesets-"));
  const given = { raw: annotations, dumps: new Map([[MAIN_DUMP, { path: "", sizeBytes: 1 }]]), directory };
  const documented = new Map((await rows()).map(({ rule, writes }) => [rule, writes]));
  let draft: Draft = {};
  for (const rule of all.default?.rules ?? []) {
    const { draft: after, notes } = await runOn(rule, { ...given, draft });
    expect(notes.filter((note) => note.includes("failed"))).toEqual([]);
    const written = Object.keys(after).filter(
      (key) => JSON.stringify(after[key]) !== JSON.stringify(draft[key]),
    );
    const allowed = rule.name === "CopyFromRawCrashRule" ? copies : (documented.get(rule.name) ?? []);
    expect(allowed, rule.name).toEqual(expect.arrayContaining(written));
    for (const key of [...written, ...allowed]) expect(PROCESSED_CRASH_KEYS.has(key), key).toBe(true);
    draft = after;
  }
  expect(Object.keys(draft).length).toBeGreaterThan(150);
  await rm(directory, { recursive: true });
});

it("docs/processor.md names for each rule a test that there is", async () => {
  const files = ["rules/annotation-rules.test.ts", "rules/stackwalk-rules.test.ts", "process-crash.test.ts"];
  const tests = await Promise.all(files.map((file) => readFile(join("lib/processor", file), "utf8")));
  for (const { rule, test } of await rows())
    expect(
      tests.some((text) => text.includes(`"${test}`)),
      `${rule}: ${test}`,
    ).toBe(true);
});

it("every ruleset has its name, and regenerate_signature is a part of default", () => {
  expect(Object.keys(all)).toEqual([...RULESET_NAMES]);
  const names = all.default?.rules.map(({ name }) => name);
  for (const { name } of all.regenerate_signature?.rules ?? []) expect(names).toContain(name);
});
