import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { MAIN_DUMP, type RawCrash } from "#lib/core/crash";
import { newCrashId, type CrashId } from "#lib/core/crash-id";
import { jsonAt, type JsonObject } from "#lib/core/json";
import { openCrashStorage } from "#lib/crashstorage/registry";
import type { CrashStorage } from "#lib/crashstorage/storage";
import { builtInSiglists } from "#lib/signature/siglists";
import { failedCrash, processCrash } from "./process-crash";
import { createStackwalk, type StackwalkOptions } from "./stackwalk";

const FIXTURES = "test/fixtures/crashes";
const siglists = builtInSiglists();

let directory: string;
let storage: CrashStorage;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "processing-"));
  storage = await openCrashStorage("fs-permanent", { dataDirectory: directory });
});
afterEach(async () => {
  expect((await readdir(directory)).filter((entry) => entry.startsWith("crash-"))).toEqual([]);
  await rm(directory, { recursive: true });
});

const save = async (annotations: JsonObject, dumps: Record<string, string> = {}): Promise<CrashId> => {
  const id = newCrashId(new Date(), crypto.randomUUID(), 0);
  const files = Object.entries(dumps).map(
    async ([name, path]) => [name, { path, sizeBytes: (await stat(path)).size }] as const,
  );
  const raw: RawCrash = { ...annotations, uuid: id, submitted_timestamp: "2026-11-20T01:02:03.000004+00:00" };
  await storage.saveRaw({ id, raw, dumps: new Map(await Promise.all(files)) });
  return id;
};
const saveDump = async (content: Uint8Array) => {
  const path = join(directory, crypto.randomUUID());
  await writeFile(path, content);
  return save({ ProductName: "Kestrel", Version: "1.0" }, { [MAIN_DUMP]: path });
};
const process = async (id: CrashId, options: Partial<StackwalkOptions> = {}, ruleset = "default") => {
  const stackwalk = createStackwalk({
    command: "minidump-stackwalk",
    timeoutSeconds: 60,
    memoryBytes: 4 * 2 ** 30,
    maxOutputBytes: 2 ** 27,
    symbolPaths: [join(FIXTURES, "symbols")],
    symbolUrls: [],
    symbolCacheDirectory: join(directory, "cache"),
    symbolCacheBytes: 2 ** 30,
    ...options,
  });
  const { processed } = await processCrash(
    { id, ruleset },
    {
      storage,
      stackwalk,
      siglists,
      now: () => new Date("2026-11-20T02:00:00Z"),
      hostName: "tester",
      temporaryDirectory: directory,
    },
  );
  return processed;
};

describe("processing a real crash", () => {
  it.each([
    ["segfault", "kestrel::net::Cache<T>::find", "SIGSEGV / SEGV_MAPERR", 0],
    ["terminate", "kestrel::net::Loader::redirect", "SIGABRT / SI_TKILL", 0],
    ["assert", "kestrel::layout::reflow", "SIGABRT / SI_TKILL", 0],
    ["oom", "OOM | large | kestrel::base::handle_oom", "SIGABRT / SI_TKILL", 0],
    ["thread", "blend", "SIGSEGV / SEGV_MAPERR", 1],
    ["stack-overflow", "kestrel::layout::resolve_width", "SIGSEGV / SEGV_MAPERR", 0],
    ["rust-panic", "kestrel_updater::manifest::Entry::parse", "SIGABRT / SI_TKILL", 1],
  ])("%s gives the signature %s", async (name, signature, reason, thread) => {
    const annotations = JSON.parse(await readFile(join(FIXTURES, `${name}.json`), "utf8")) as JsonObject;
    const processed = await process(await save(annotations, { [MAIN_DUMP]: join(FIXTURES, `${name}.dmp`) }));
    expect(processed).toMatchObject({
      signature,
      reason,
      crashing_thread: thread,
      success: true,
      os_name: "Linux",
      cpu_arch: "amd64",
      mdsw_status_string: "OK",
      product: "Kestrel",
    });
  });

  it("finds functions, source lines and inlined functions by the symbols", async () => {
    const processed = await process(
      await save({ ProductName: "Kestrel" }, { [MAIN_DUMP]: join(FIXTURES, "segfault.dmp") }),
    );
    const [frame] = jsonAt(processed, "json_dump.crashing_thread.frames") as JsonObject[];
    expect(frame).toMatchObject({
      module: "kestrel",
      file: "/build/kestrel/net/loader.cpp",
      line: 6,
      inlines: [{ file: "/build/kestrel/net/cache.h", line: 19 }],
    });
  });

  it("keeps an additional dump as the main one: stacks bounded, addresses of symbols public, notes named", async () => {
    const frames = Array.from({ length: 600 }, (_, frame) => ({ frame }));
    const output = { status: "OK", threads: [{ frames }], modules: [{ symbol_url: "http://localhost/x" }] };
    const path = join(directory, "output.json");
    await writeFile(path, JSON.stringify(output));
    const command = join(directory, "stand-in");
    await writeFile(command, `#!/bin/sh\ncat ${path}\n`, { mode: 0o755 });
    const dumps = { upload_file_minidump_browser: join(FIXTURES, "thread.dmp") };
    const processed = await process(await save({ ProductName: "Kestrel" }, dumps), { command });
    const dump = jsonAt(processed, "upload_file_minidump_browser.json_dump") as JsonObject;
    expect(dump).toMatchObject({ threads: [{ truncated: true }], modules: [{ symbol_url: null }] });
    expect((dump.threads as { frames: unknown[] }[])[0]?.frames).toHaveLength(500);
    expect(processed.processor_notes).toContain(
      "upload_file_minidump_browser: json_dump.threads.0 frames truncated",
    );
  });

  it("walks every dump, the main one at the top", async () => {
    const dumps = {
      [MAIN_DUMP]: join(FIXTURES, "segfault.dmp"),
      upload_file_minidump_browser: join(FIXTURES, "thread.dmp"),
    };
    const processed = await process(await save({ ProductName: "Kestrel" }, dumps));
    expect(processed.additional_minidumps).toEqual(["upload_file_minidump_browser"]);
    expect(jsonAt(processed, "upload_file_minidump_browser.json_dump.crash_info.crashing_thread")).toBe(1);
  });
});

describe("processing a dump that is broken", () => {
  it.each([
    ["empty", () => new Uint8Array(0), "EmptyMinidump", /the minidump is empty/],
    ["random", () => crypto.getRandomValues(new Uint8Array(5000)), "HeaderMismatch", /Header mismatch/],
    [
      "cut off",
      async () => (await readFile(join(FIXTURES, "segfault.dmp"))).subarray(0, 3000),
      "MissingSystemInfo",
      /system information stream was not found/,
    ],
  ])("%s says what is wrong", async (_, content, status, note) => {
    const processed = await process(await saveDump(await content()));
    expect(processed).toMatchObject({
      signature: `EMPTY: no frame data available; ${status}`,
      mdsw_status_string: status,
      success: false,
      product: "Kestrel",
    });
    expect(processed.processor_notes).toMatch(note);
  });
});

describe("the stackwalker", () => {
  const dump = { [MAIN_DUMP]: join(FIXTURES, "segfault.dmp") };

  it("that is not installed leaves a note that says so, and everything else of the crash", async () => {
    const processed = await process(await save({ ProductName: "Kestrel" }, dump), {
      command: "no-such-stackwalker",
    });
    expect(processed).toMatchObject({
      product: "Kestrel",
      mdsw_status_string: "StackwalkerMissing",
      success: false,
    });
    expect(processed.processor_notes).toContain(
      "the stackwalker no-such-stackwalker is not installed; this crash is processed again when it is",
    );
  });

  const standIn = async (script: string) => {
    const command = join(directory, "stand-in");
    await writeFile(command, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    return command;
  };

  it("that complains without end leaves its last lines and its return code, and gets no proxy from the environment", async () => {
    const script = "yes complaint | head -100000 >&2; echo last words >&2; exit 7";
    const processed = await process(await save({}, dump), { command: await standIn(script) });
    expect(processed).toMatchObject({ mdsw_return_code: 7, success: false });
    expect(processed.mdsw_stderr).toBe(
      ["...", ...Array<string>(9).fill("complaint"), "last words"].join("\n"),
    );
    const environment = await process(await save({}, dump), { command: await standIn("env >&2") });
    const lines = (environment.mdsw_stderr as string).split("\n");
    const names = lines.map((line) => line.replace(/=.*/, ""));
    expect(
      names.filter((name) => !["LANG", "NODE_ENV", "PWD", "SHLVL", "OLDPWD", "_"].includes(name)),
    ).toEqual([]);
  });

  it("that takes too long is killed", async () => {
    const command = await standIn('case "$*" in *--version*) echo v;; *) sleep 60;; esac');
    const processed = await process(await save({}, dump), { command, timeoutSeconds: 0.3 });
    expect(processed).toMatchObject({ mdsw_return_code: -9, success: false });
    expect(processed.processor_notes).toContain("killed after 0.3 s");
  });

  it("that takes too much memory fails alone", async () => {
    const processed = await process(await save({}, dump), { memoryBytes: 4 * 2 ** 20 });
    expect(processed).toMatchObject({
      success: false,
      signature: "EMPTY: no frame data available; unknown error",
    });
  });

  it.each([
    ["that writes too much is stopped", "yes", /killed after 1048576 bytes of output/],
    ["whose output is no JSON leaves a note", "echo x", /output is not JSON/],
    ["whose output is no object leaves a note", "echo []", /not a JSON object/],
    ["that says nothing leaves a note", "exit 0", /output is not JSON/],
    ["that crashes leaves a note", "kill -SEGV $$", /ended by signal 11/],
    [
      "whose output has parts of the wrong type leaves a note",
      `echo '{"status": 5, "threads": "x", "modules": [{"filename": []}]}'`,
      /status has the wrong type.*\n.*threads has the wrong type.*\n.*modules\[\]\.filename has/,
    ],
  ])("%s", async (_, script, note) => {
    const command = await standIn(`case "$*" in *--version*) echo v; exit 0;; esac; ${script}`);
    const processed = await process(await save({}, dump), { command, maxOutputBytes: 2 ** 20 });
    expect(processed.success).toBe(false);
    expect(processed.processor_notes).toMatch(note);
  });
});

describe("processing again", () => {
  it("starts afresh and keeps the notes of earlier runs", async () => {
    const id = await save({ ProductName: "Kestrel" });
    await storage.saveProcessed({ ...(await process(id)), stale_key: "old" });
    const again = await process(id);
    expect(again).not.toHaveProperty("stale_key");
    expect(again.processor_history).toHaveLength(1);
    await storage.saveProcessed(again);
    expect((await process(id)).processor_history).toHaveLength(2);
  });

  it("with regenerate_signature changes the signature and nothing else of the crash", async () => {
    const id = await save({ ProductName: "Kestrel" }, { [MAIN_DUMP]: join(FIXTURES, "assert.dmp") });
    const first = await process(id);
    await storage.saveProcessed({ ...first, signature: "outdated" });
    const again = await process(id, { command: "no-such-stackwalker" }, "regenerate_signature");
    expect(again.signature).toBe(first.signature);
    expect(again.json_dump).toEqual(first.json_dump);
  });

  it("with a ruleset that is none is refused, naming those there are", async () => {
    await expect(process(await save({}), {}, "nonsense")).rejects.toMatchObject({
      code: "bad_argument",
      message: 'There is no ruleset "nonsense". Rulesets: default, regenerate_signature.',
    });
  });
});

describe("any raw crash", () => {
  it("is processed without failing, and gives id, date, signature and notes", async () => {
    const names = fc.constantFrom(
      "ProductName",
      "Version",
      "CrashTime",
      "InstallTime",
      "Add-ons",
      "Breadcrumbs",
      "JavaStackTrace",
      "JavaException",
      "TelemetryEnvironment",
      "MozCrashReason",
      "AsyncShutdownTimeout",
      "OOMAllocationSize",
      "ProcessType",
      "metadata",
      "Nul\0Key",
      "__proto__",
    );
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(names, fc.oneof(fc.string({ unit: "binary" }), fc.jsonValue())),
        async (annotations) => {
          const id = await save(JSON.parse(JSON.stringify(annotations)) as JsonObject);
          const processed = await process(id);
          expect(processed).toMatchObject({
            uuid: id,
            crash_id: id,
            date_processed: "2026-11-20T01:02:03.000004+00:00",
          });
          expect(processed.signature).toMatch(/^[ -~]{0,255}$/);
          expect(processed.processor_notes).not.toContain("ruleset 'default'");
          expect(JSON.stringify(processed)).not.toContain("\\u0000");
        },
      ),
      { numRuns: 60 },
    );
  });

  it("that is not there is CrashIdNotFound", async () => {
    await expect(process(newCrashId(new Date(), crypto.randomUUID(), 0))).rejects.toMatchObject({
      code: "crash_id_not_found",
    });
  });
});

describe("a crash that was given up", () => {
  it("keeps what its annotations say and tells how often it was tried", async () => {
    const raw: RawCrash = {
      ProductName: "Kestrel",
      Version: "1.5",
      uuid: newCrashId(new Date(), crypto.randomUUID(), 0),
      submitted_timestamp: "2026-11-20T00:00:00+00:00",
    };
    const { processed: failed } = await failedCrash(raw, {
      now: new Date(),
      hostName: "tester",
      reason: "a processor worker ended",
      attempts: 3,
    });
    expect(failed).toMatchObject({
      uuid: raw.uuid,
      product: "Kestrel",
      version: "1.5",
      major_version: 1,
      success: false,
      signature: "EMPTY: crash failed to process",
      date_processed: raw.submitted_timestamp,
    });
    expect(failed.processor_notes).toContain(
      "processing failed 3 times and was given up: a processor worker ended",
    );
  });
});
