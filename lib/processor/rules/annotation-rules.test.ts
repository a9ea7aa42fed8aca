import { describe, expect, it } from "vitest";
import type { Json, JsonObject } from "#lib/core/json";
import { runOn } from "#test/rule-harness";
import type { Build } from "../published-versions";
import { addons, themePrettyName } from "./addons";
import { breadcrumbs } from "./breadcrumbs";
import { datesAndTimes } from "./dates";
import {
  betaVersion,
  distributionId,
  esrVersion,
  identifier,
  majorVersion,
  minidumpChecksum,
  submittedFrom,
} from "./identity";
import { javaStackTrace } from "./java";
import { crashReason, heapChecker } from "./memory";
import { accessibility, plugin, processType, reportType, utilityActors } from "./process";
import { collectorMetadata, copyAnnotations, crashReportKeys } from "./report";

describe("copied annotations", () => {
  it.each<[string, Json, string, Json | undefined, readonly string[]]>([
    ["ProductName", "Kestrel  \n", "product", "Kestrel", []],
    ["ProductName", 5, "product", "5", []],
    ["SafeMode", "1", "safe_mode", true, []],
    ["SafeMode", "FALSE", "safe_mode", false, []],
    ["SafeMode", true, "safe_mode", true, []],
    ["SafeMode", "maybe", "safe_mode", undefined, ["SafeMode has non-boolean value"]],
    ["TotalPhysicalMemory", " 42 ", "total_physical_memory", 42, []],
    ["TotalPhysicalMemory", 42, "total_physical_memory", 42, []],
    [
      "TotalPhysicalMemory",
      "4.2",
      "total_physical_memory",
      undefined,
      ["TotalPhysicalMemory has a non-int value"],
    ],
    ["UptimeTS", "4.25", "uptime_ts", 4.25, []],
    ["UptimeTS", "", "uptime_ts", undefined, ["UptimeTS has a non-float value"]],
    ["UptimeTS", "NaN", "uptime_ts", undefined, ["UptimeTS has a non-float value"]],
    ["TelemetryEnvironment", '{"a":1}', "telemetry_environment", { a: 1 }, []],
    [
      "TelemetryEnvironment",
      "{",
      "telemetry_environment",
      undefined,
      ["TelemetryEnvironment value is malformed json"],
    ],
    [
      "TelemetryEnvironment",
      "[1]",
      "telemetry_environment",
      undefined,
      ["TelemetryEnvironment value is malformed telemetry_environment"],
    ],
    [
      "JavaException",
      '{"exception":{"values":[1]}}',
      "java_exception",
      undefined,
      ["JavaException value is malformed java_exception"],
    ],
  ])("%s %j becomes %s %j", async (annotation, value, key, expected, expectedNotes) => {
    const { draft, notes } = await runOn(copyAnnotations, { raw: { [annotation]: value } });
    expect(draft[key]).toEqual(expected);
    expect(notes).toEqual(expectedNotes);
  });

  it("that cannot be read stop no other, and some have a value when missing", async () => {
    const { draft } = await runOn(copyAnnotations, {
      raw: { AdapterDeviceID: { odd: 1 }, ReleaseChannel: "beta", StartupTime: "x", Version: "1" },
    });
    expect(draft).toMatchObject({
      release_channel: "beta",
      version: "1",
      marionette: false,
      remote_agent: false,
    });
  });
});

describe("what came with the report", () => {
  it("is listed by name, with names made safe", async () => {
    const dumps = new Map([["upload_file_minidump", { path: "", sizeBytes: 0 }]]);
    const { draft, notes } = await runOn(crashReportKeys, { raw: { "Bad Key!": "x", Version: "1" }, dumps });
    expect(draft.crash_report_keys).toEqual([
      "BadKey",
      "Version",
      "submitted_timestamp",
      "upload_file_minidump",
      "uuid",
    ]);
    expect(notes).toEqual(["invalidkeys: 1"]);
  });

  it("keeps the collector's facts and the main dump's checksum", async () => {
    const metadata = { user_agent: "x", dump_checksums: { upload_file_minidump: "abc" } };
    expect((await runOn([collectorMetadata, minidumpChecksum], { raw: { metadata } })).draft).toEqual({
      collector_metadata: metadata,
      minidump_sha256_hash: "abc",
    });
    expect((await runOn([collectorMetadata, minidumpChecksum])).draft).toEqual({
      collector_metadata: {},
      minidump_sha256_hash: "",
    });
  });
});

const unpublished = () => Promise.resolve(null);

describe("identity", () => {
  it("has the crash id under both names", async () => {
    const { draft } = await runOn(identifier);
    expect(draft.crash_id).toBe(draft.uuid);
  });

  it.each([
    ["130.0.1", 130],
    ["Nightly 5", 0],
    ["", 0],
    ["99999999999999999999", 0],
  ])("reads the major version of %j as %d", async (Version, expected) => {
    expect((await runOn(majorVersion, { raw: { Version } })).draft.major_version).toBe(expected);
  });

  it("marks versions of the long-support and beta channels", async () => {
    expect(
      (await runOn(esrVersion, { draft: { release_channel: "esr", version: "128.0" } })).draft.version,
    ).toBe("128.0esr");
    expect((await runOn(esrVersion, { draft: { release_channel: "esr" } })).notes).toHaveLength(1);
    expect(
      (
        await runOn(betaVersion(unpublished), {
          draft: { product: "Firefox", release_channel: "beta", version: "130.0" },
        })
      ).draft.version,
    ).toBe("130.0b0");
    expect(
      (
        await runOn(betaVersion(unpublished), {
          draft: { product: "Firefox", release_channel: "beta", version: "130.0b4" },
        })
      ).draft.version,
    ).toBe("130.0b4");
    expect(
      (
        await runOn(betaVersion(unpublished), {
          draft: { product: "Kestrel", release_channel: "beta", version: "130.0" },
        })
      ).draft.version,
    ).toBe("130.0");
  });

  it.each([
    ["Firefox", "beta", "20261119000000", "Firefox"],
    ["Firefox", "aurora", "20261119000000", "DevEdition"],
    ["Firefox", "aurora", "20170401000000", "Firefox"],
    ["Thunderbird", "aurora", "20261119000000", "Thunderbird"],
  ])(
    "takes the version as which a beta build was published: %s %s %s",
    async (product, channel, build, asked) => {
      const publishedVersionOf = (found: Build) =>
        Promise.resolve(found.product === asked && found.channel === channel ? `of ${found.buildId}` : null);
      const draft = { product, release_channel: channel, build, version: "130.0" };
      const outcome = await runOn(betaVersion(publishedVersionOf), { draft });
      expect([outcome.draft.version, outcome.notes]).toEqual([`of ${build}`, []]);
    },
  );

  it.each<[JsonObject, string, boolean]>([
    [{}, "Unknown", false],
    [{ SubmittedFrom: "AboutCrashes" }, "AboutCrashes", false],
    [{ SubmittedFromInfobar: "1", SubmittedFrom: "x" }, "Infobar", true],
    [{ SubmittedFromInfobar: "0" }, "Unknown", false],
  ])("reads where %j was sent from", async (raw, from, infobar) => {
    expect((await runOn(submittedFrom, { raw })).draft).toEqual({
      submitted_from: from,
      submitted_from_infobar: infobar,
    });
  });

  it.each<[JsonObject, string]>([
    [{}, "unknown"],
    [{ DistributionID: "" }, "mozilla"],
    [{ DistributionID: "acme" }, "acme"],
    [{ TelemetryEnvironment: '{"partner":{"distributionId":"acme"}}' }, "acme"],
    [{ TelemetryEnvironment: '{"partner":{"distributionId":null}}' }, "mozilla"],
  ])("reads the distribution of %j as %s", async (raw, id) => {
    expect((await runOn(distributionId, { raw })).draft.distribution_id).toBe(id);
  });
});

describe("dates and times", () => {
  it("are the crash's, the installation's and the process's, in seconds", async () => {
    const raw = {
      CrashTime: "1763640000",
      StartupTime: "1763639000",
      InstallTime: "1763600000",
      SecondsSinceLastCrash: "77",
    };
    const { draft, notes } = await runOn(datesAndTimes, { raw });
    expect(draft).toEqual({
      submitted_timestamp: "2026-11-20T12:00:00.000123+00:00",
      date_processed: "2026-11-20T12:00:00.000123+00:00",
      crash_time: 1763640000,
      client_crash_date: "2025-11-20T12:00:00+00:00",
      install_age: 40000,
      uptime: 1000,
      last_crash: 77,
    });
    expect(notes).toEqual([]);
  });

  it("are guessed from the submission when the client's clock said nothing", async () => {
    const { draft, notes } = await runOn(datesAndTimes);
    expect(draft).toMatchObject({
      crash_time: 1795176000,
      client_crash_date: "2026-11-20T12:00:00+00:00",
      uptime: 0,
      last_crash: null,
    });
    expect(notes).toEqual(["WARNING: raw_crash missing 'CrashTime'", "client_crash_date is unknown"]);
  });

  it("that nobody can read leave a note, and an uptime is never negative", async () => {
    const { draft, notes } = await runOn(datesAndTimes, {
      raw: {
        CrashTime: "noon",
        StartupTime: "1763640000",
        InstallTime: "x",
        SecondsSinceLastCrash: "99999999999999999999",
      },
    });
    expect(draft).toMatchObject({
      crash_time: 0,
      client_crash_date: "1970-01-01T00:00:00+00:00",
      uptime: 0,
      last_crash: null,
    });
    expect(draft).not.toHaveProperty("install_age");
    expect(notes).toEqual(["non-integer value of 'CrashTime'", "non-integer value of 'InstallTime'"]);
  });
});

describe("the process", () => {
  it.each([
    [undefined, "parent"],
    ["", "parent"],
    ["main", "parent"],
    ["content", "content"],
  ])("of type %j is %s", async (ProcessType, type) => {
    expect(
      (await runOn(processType, { raw: ProcessType === undefined ? {} : { ProcessType } })).draft
        .process_type,
    ).toBe(type);
  });

  it("of a plugin tells which", async () => {
    expect((await runOn(plugin, { raw: { ProcessType: "plugin", PluginName: "Flash" } })).draft).toEqual({
      plugin_filename: "",
      plugin_name: "Flash",
      plugin_version: "",
    });
    expect((await runOn(plugin, { raw: { ProcessType: "content", PluginName: "x" } })).draft).toEqual({});
  });

  it("hung when its channel, its shutdown or its watchdog says so", async () => {
    const watched = {
      crashing_thread: 0,
      json_dump: { threads: [{ frames: [{ function: "a::RunWatchdog(void*)" }] }] },
    };
    for (const draft of [{ ipc_channel_error: "x" }, { async_shutdown_timeout: "{}" }, watched])
      expect((await runOn(reportType, { draft })).draft.report_type).toBe("hang");
    expect((await runOn(reportType)).draft.report_type).toBe("crash");
  });

  it("names its actors and accessibility", async () => {
    expect(
      (await runOn(utilityActors, { raw: { UtilityActorsName: "a, b,," } })).draft.utility_actors_name,
    ).toEqual(["a", "b"]);
    expect((await runOn(accessibility, { raw: { Accessibility: "Active" } })).draft.accessibility).toBe(true);
  });
});

describe("add-ons", () => {
  it("are listed with their versions, unquoted, the default theme by name", async () => {
    const list = "a%40b:1.0,c,{972ce4c6-7e08-4474-a285-3208198ce6fd}:5,%zz:1,%ff:2";
    expect(
      (await runOn([addons, themePrettyName], { raw: { "Add-ons": list, EMCheckCompatibility: "true" } }))
        .draft,
    ).toEqual({
      addons_checked: true,
      addons: [
        "a@b:1.0",
        "c:NO_VERSION",
        "{972ce4c6-7e08-4474-a285-3208198ce6fd} (default theme):5",
        "%zz:1",
        "%ff:2",
      ],
    });
    expect((await runOn(addons)).draft).toEqual({ addons_checked: null, addons: [] });
  });
});

describe("texts that may reveal something", () => {
  it("are kept raw and cleaned", async () => {
    expect((await runOn(crashReason, { raw: { MozCrashReason: "assertion: a == b" } })).draft).toEqual({
      moz_crash_reason_raw: "assertion: a == b",
      moz_crash_reason: "assertion: a == b",
    });
    expect(
      (await runOn(crashReason, { raw: { MozCrashReason: "byte index 5 of my secret" } })).draft
        .moz_crash_reason,
    ).toBe("sanitized--see moz_crash_reason_raw");
  });

  it("in Java stacks lose messages and causes", async () => {
    const trace =
      "a.b.E: secret\n\tat a.B.c(B.java:1)\n\tat a.B.d(B.java:2)\nCaused by: x.Y: secret\n\tat x.Y.z(Y.java:3)\n";
    expect((await runOn(javaStackTrace, { raw: { JavaStackTrace: trace } })).draft).toEqual({
      java_stack_trace_raw: trace,
      java_stack_trace: "a.b.E\n\tat a.B.c(B.java:1)\n\tat a.B.d(B.java:2)",
    });
    expect(await runOn(javaStackTrace, { raw: { JavaStackTrace: "no trace" } })).toMatchObject({
      draft: { java_stack_trace: "malformed" },
      notes: ["malformed java stack trace"],
    });
  });
});

describe("breadcrumbs", () => {
  const crumb = { timestamp: "2026", category: "ui", data: { a: "b" } };
  it.each<[Json, Json | undefined, number]>([
    [JSON.stringify([crumb]), [crumb], 0],
    [JSON.stringify({ values: [crumb] }), [crumb], 0],
    [[crumb], [crumb], 0],
    ["{", undefined, 1],
    ['{"values": 5}', undefined, 1],
    ['[{"message": 5}]', undefined, 1],
    ['[{"data": {"a": [1]}}]', undefined, 1],
  ])("%j are read as %j", async (sent, expected, noteCount) => {
    const { draft, notes } = await runOn(breadcrumbs, { raw: { Breadcrumbs: sent } });
    expect(draft.breadcrumbs).toEqual(expected);
    expect(notes).toHaveLength(noteCount);
  });
});

describe("the heap checker", () => {
  it("tells what it knew of the address", async () => {
    const raw = {
      PHCKind: "FreedPage",
      PHCBaseAddress: "140737488355328",
      PHCUsableSize: "16",
      PHCAllocStack: "1,2",
    };
    expect((await runOn(heapChecker, { raw })).draft).toEqual({
      phc_kind: "FreedPage",
      phc_base_address: "0x800000000000",
      phc_usable_size: 16,
      phc_alloc_stack: "1,2",
    });
    expect((await runOn(heapChecker, { raw: { PHCKind: "x", PHCBaseAddress: "y" } })).notes).toHaveLength(1);
    expect((await runOn(heapChecker)).draft).toEqual({});
  });
});
