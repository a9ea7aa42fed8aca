import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import type { Json, JsonObject } from "#lib/core/json";
import { runOn } from "#test/rule-harness";
import { crashingThreadInfo, shutdownHangThread, truncateStacks } from "./crashing-thread";
import { macCrashInfo } from "./mac-crash-info";
import {
  androidCpuInfo,
  androidOsInfo,
  cpuInfo,
  macBootArgs,
  osInfo,
  osPrettyVersion,
  platformInfo,
} from "./machine";
import { memoryMeasures, memoryReport } from "./memory-report";
import { moduleUrls } from "./minidump";
import {
  crashInconsistencies,
  guardPageAccess,
  missingSymbols,
  modulesInStack,
  possibleBitFlips,
  softErrors,
  threadCount,
  topmostFilenames,
} from "./stack";

const withDump = (json_dump: JsonObject, more: JsonObject = {}) => ({ draft: { ...more, json_dump } });

describe("the crashing thread", () => {
  it.each<[JsonObject, Json]>([
    [{ address: "0x0000000000000790", adjusted_address: { kind: "null-pointer" } }, "0x0000000000000000"],
    [{ address: "0x00000790", adjusted_address: { kind: "null-pointer" } }, "0x00000000"],
    [
      {
        address: "0xffffffffffffffff",
        adjusted_address: { kind: "non-canonical", address: "0xe5e5e5e5e5e5e5e5" },
      },
      "0xe5e5e5e5e5e5e5e5",
    ],
    [{ address: "0x5", adjusted_address: null }, "0x5"],
    [{}, null],
  ])("of %j crashed at %j", async (crash_info, address) => {
    expect((await runOn(crashingThreadInfo, withDump({ crash_info }))).draft.address).toBe(address);
  });

  it("is named with reason and last error, and its absence noted", async () => {
    const json_dump = {
      crash_info: { crashing_thread: 2, type: "SIGSEGV" },
      crashing_thread: { thread_name: "Worker", last_error_value: "ERROR_X" },
    };
    expect((await runOn(crashingThreadInfo, withDump(json_dump))).draft).toMatchObject({
      crashing_thread: 2,
      crashing_thread_name: "Worker",
      reason: "SIGSEGV",
      last_error_value: "ERROR_X",
    });
    expect(await runOn(crashingThreadInfo, withDump({}))).toMatchObject({
      draft: { crashing_thread: null, reason: "" },
      notes: ["MDSW did not identify the crashing thread"],
    });
    expect((await runOn(crashingThreadInfo)).draft).toEqual({});
  });

  it("of a shutdown hang is the main one", async () => {
    expect(
      (await runOn(shutdownHangThread, { draft: { signature: "shutdownhang | x", crashing_thread: 5 } }))
        .draft.crashing_thread,
    ).toBe(0);
  });
});

describe("endless stacks", () => {
  const frames = (count: number) => Array.from({ length: count }, (_, frame) => ({ frame }));

  it("keep 250 frames at the top, 249 at the bottom and say how many were left out", async () => {
    const { draft, notes } = await runOn(
      truncateStacks,
      withDump({ threads: [{ frames: frames(500) }, { frames: frames(1000) }] }),
    );
    const [whole, cut] = (draft.json_dump as { threads: { frames: JsonObject[]; truncated?: boolean }[] })
      .threads;
    expect(whole?.frames).toHaveLength(500);
    expect(cut?.frames).toHaveLength(500);
    expect(cut?.frames.slice(249, 252)).toEqual([
      { frame: 249 },
      { truncated: { msg: "501 frames truncated" } },
      { frame: 751 },
    ]);
    expect(cut?.truncated).toBe(true);
    expect(notes).toHaveLength(1);
  });
});

describe("what the stack tells", () => {
  const json_dump = {
    thread_count: 3,
    crash_info: {
      possible_bit_flips: [{ confidence: 0.259 }, { confidence: 0.5 }, {}],
      crash_inconsistencies: ["x"],
      memory_accesses: [{ is_likely_guard_page: false }, { is_likely_guard_page: true }],
    },
    threads: [
      {
        frames: [
          { module: "a.so", inlines: [{ file: "" }] },
          { module: "b c.so", inlines: [{ file: "inline.h" }], file: "b.c" },
          { module: "a.so" },
          { module: "unknown" },
        ],
      },
    ],
    modules: [
      { filename: "a.so", debug_id: "AB-12", version: "", missing_symbols: true, code_id: "cc" },
      { filename: "b c.so", debug_id: "CD", version: "1/2", missing_symbols: true, code_id: null },
      { filename: "c.so", debug_id: "EF", missing_symbols: false },
    ],
    soft_errors: [{ e: "x".repeat(5000) }],
  };

  it("is written where people search for it", async () => {
    const rules = [
      possibleBitFlips,
      crashInconsistencies,
      guardPageAccess,
      threadCount,
      topmostFilenames,
      modulesInStack,
      missingSymbols,
      softErrors,
    ];
    const { draft } = await runOn(rules, withDump(json_dump, { crashing_thread: 0 }));
    expect(draft).toMatchObject({
      possible_bit_flips_max_confidence: 50,
      crash_inconsistencies: ["x"],
      has_guard_page_access: true,
      thread_count: 3,
      topmost_filenames: "inline.h",
      modules_in_stack: "a.so/AB12;bc.so/CD",
      missing_symbols: "a.so/None/AB-12/cc;b c.so/1\\/2/CD",
    });
    expect(draft.soft_errors).toHaveLength(4096);
  });

  it("is nothing without a stack", async () => {
    const rules = [
      possibleBitFlips,
      crashInconsistencies,
      guardPageAccess,
      threadCount,
      topmostFilenames,
      modulesInStack,
      missingSymbols,
      softErrors,
    ];
    expect(await runOn(rules)).toEqual({ draft: { topmost_filenames: null }, notes: [] });
    expect(
      (await runOn(rules, withDump({ threads: "odd", modules: 5, crash_info: [] }, { crashing_thread: 99 })))
        .notes,
    ).toEqual([]);
  });

  it("has no addresses of symbols that only this installation knows", async () => {
    const modules = [
      { symbol_url: "http://localhost:8070/x" },
      { symbol_url: "https://symbols.mozilla.org/x?y=z" },
      { symbol_url: null },
      { symbol_url: "not a url" },
    ];
    const { draft, notes } = await runOn(moduleUrls, withDump({ modules }));
    expect(draft.json_dump).toEqual({
      modules: [
        { symbol_url: null },
        { symbol_url: "https://symbols.mozilla.org/x" },
        { symbol_url: null },
        { symbol_url: "not a url" },
      ],
    });
    expect(notes).toHaveLength(1);
  });
});

describe("the machine", () => {
  const rules = [cpuInfo, androidCpuInfo, osInfo, androidOsInfo, platformInfo, osPrettyVersion];

  it("is what the minidump says", async () => {
    const system_info = {
      os: "Windows NT",
      os_ver: "10.0.19045",
      cpu_arch: "amd64",
      cpu_info: "family 6",
      cpu_count: 8,
      cpu_microcode_version: 5,
    };
    expect((await runOn(rules, withDump({ system_info }))).draft).toMatchObject({
      cpu_arch: "amd64",
      cpu_info: "family 6",
      cpu_count: 8,
      cpu_microcode_version: "5",
      os_name: "Windows NT",
      os_version: "10.0.19045",
      os_pretty_version: "Windows 10",
    });
  });

  it("is what the client says where there is no minidump", async () => {
    expect(
      (await runOn(rules, { raw: { Android_CPU_ABI: "arm64-v8a", Android_Version: "34 (REL)" } })).draft,
    ).toMatchObject({
      cpu_arch: "arm64",
      os_name: "Android",
      os_version: "34",
      os_pretty_version: "Android 34",
    });
    expect(
      (
        await runOn(rules, {
          raw: { CPUArchitecture: "x86", OS: "Linux", OSVersion: "6.1", LinuxLSBDescription: "Debian 12" },
        })
      ).draft,
    ).toMatchObject({ cpu_arch: "x86", os_name: "Linux", os_version: "6.1", os_pretty_version: "Debian 12" });
    expect((await runOn(rules)).draft).toMatchObject({
      cpu_arch: "unknown",
      cpu_count: 0,
      os_name: "Unknown",
      os_version: "",
      os_pretty_version: "Unknown",
    });
  });

  it.each([
    ["Windows NT", "5.1.2600", "Windows XP"],
    ["Windows NT", "6.1.7601", "Windows 7"],
    ["Windows NT", "10.0.9999", "Windows 10"],
    ["Windows NT", "10.0.22631", "Windows 11"],
    ["Windows NT", "7.5", "Windows Unknown"],
    ["Windows NT", "", "Windows Unknown"],
    ["Mac OS X", "10.15.7 19H2", "OS X 10.15"],
    ["Mac OS X", "14.5.0 23F79", "macOS 14"],
    ["Mac OS X", "x", "OS X Unknown"],
    ["Linux", "6.1", "Linux"],
    ["Android", "", "Android"],
    ["FreeBSD", "14", "FreeBSD"],
  ])("%s %s is called %s", async (os_name, os_version, pretty) => {
    expect((await runOn(osPrettyVersion, { draft: { os_name, os_version } })).draft.os_pretty_version).toBe(
      pretty,
    );
  });

  it("of Apple has boot arguments and crash records when there are any", async () => {
    const rules = [macBootArgs, macCrashInfo];
    const mac_crash_info = { num_records: 1, records: [{ message: "m", abort_cause: "a" }] };
    const { draft } = await runOn(rules, withDump({ mac_boot_args: " -v ", mac_crash_info }));
    expect(draft).toMatchObject({ mac_boot_args: "-v", has_mac_boot_args: true });
    expect(JSON.parse(draft.mac_crash_info as string)).toEqual(mac_crash_info);
    expect(
      Object.keys(
        (
          await runOn(
            rules,
            withDump({ mac_boot_args: "", mac_crash_info: { num_records: 0 } }, { mac_crash_info: "old" }),
          )
        ).draft,
      ),
    ).toEqual(["json_dump"]);
  });
});

describe("a memory report", () => {
  const entry = (path: string, amount: number, more: JsonObject = {}) => ({
    process: "Main (pid 7)",
    path,
    amount,
    kind: 0,
    units: 0,
    ...more,
  });
  const report = {
    version: 1,
    hasMozMallocUsableSize: true,
    reports: [
      entry("resident", 500),
      entry("heap-allocated", 300),
      entry("ghost-windows", 2, { units: 1 }),
      entry("explicit/images/a", 40, { kind: 1 }),
      entry("explicit/heap-overhead/b", 20),
      entry("explicit/window-objects/top(none)/detached/w", 5, { kind: 1 }),
      { ...entry("resident", 9999), process: "Other (pid 8)" },
    ],
  };

  async function fromDump(content: Uint8Array) {
    const directory = await mkdtemp(join(tmpdir(), "memory-"));
    const path = join(directory, "memory_report");
    await writeFile(path, content);
    const dumps = new Map([["memory_report", { path, sizeBytes: content.length }]]);
    const outcome = await runOn(memoryReport, { dumps });
    await rm(directory, { recursive: true });
    return outcome;
  }

  it("is unpacked, or its fault noted", async () => {
    expect((await fromDump(gzipSync(JSON.stringify(report)))).draft.memory_report).toEqual(report);
    for (const broken of [
      Buffer.from("no gzip"),
      gzipSync("no json"),
      gzipSync("[]"),
      gzipSync(Buffer.alloc(25_000_000)),
    ]) {
      const { draft, notes } = await fromDump(broken);
      expect(draft.memory_report).toBeUndefined();
      expect(notes).toEqual([draft.memory_report_error]);
    }
  });

  it("gives the figures of the process that crashed", async () => {
    const { draft } = await runOn(memoryMeasures, withDump({ pid: 7 }, { memory_report: report }));
    expect(draft.memory_measures).toMatchObject({
      resident: 500,
      heap_allocated: 300,
      ghost_windows: 2,
      images: 40,
      heap_overhead: 20,
      top_none_detached: 5,
      heap_unclassified: 255,
      explicit: 320,
      vsize: 0,
    });
  });

  it("that is of another process or broken gives none", async () => {
    expect((await runOn(memoryMeasures, withDump({ pid: 9 }, { memory_report: report }))).notes).toHaveLength(
      1,
    );
    const broken = { ...report, reports: [entry("resident", 1, { units: 7 })] };
    expect(await runOn(memoryMeasures, withDump({ pid: 7 }, { memory_report: broken }))).toMatchObject({
      notes: ["ruleset 'test' rule 'MemoryReportExtractionRule' failed: RangeError"],
    });
    expect((await runOn(memoryMeasures, { draft: { memory_report: report } })).notes).toEqual([]);
  });
});
