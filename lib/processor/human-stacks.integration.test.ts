import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inheritedEnvironment } from "#lib/config/config";
import { findExecutable } from "#lib/config/find-executable";
import { MAIN_DUMP, type ProcessedCrash } from "#lib/core/crash";
import { newCrashId } from "#lib/core/crash-id";
import { isJsonObject } from "#lib/core/json";
import { openCrashStorage } from "#lib/crashstorage/registry";
import type { CrashStorage } from "#lib/crashstorage/storage";
import { builtInSiglists } from "#lib/signature/siglists";
import { stacksInCrash, stacksInReport } from "#test/human-stacks";
import { processCrash } from "./process-crash";
import { createStackwalk } from "./stackwalk";

const FIXTURES = "test/fixtures/crashes";
const SYMBOLS = join(FIXTURES, "symbols");
const CRASHES = ["segfault", "terminate", "assert", "oom", "thread", "stack-overflow", "rust-panic"];
/** More, for a longer search: FUZZ_SECONDS=600. */
const HOSTILE_SECONDS = Number(inheritedEnvironment().FUZZ_SECONDS ?? 5);

let directory: string;
let storage: CrashStorage;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "human-stacks-"));
  storage = await openCrashStorage("fs-permanent", { dataDirectory: directory });
});
// The last run of a search that the time ends may still be writing.
afterAll(() => rm(directory, { recursive: true, maxRetries: 10 }));

/** The report for people; null when the stackwalker fails. */
async function reportOf(path: string): Promise<string | null> {
  const command = (await findExecutable("minidump-stackwalk")) ?? "minidump-stackwalk is not installed";
  return new Promise((resolve) => {
    const args = ["--human", "--no-color", `--symbols-path=${SYMBOLS}`, path];
    execFile(command, args, { maxBuffer: 2 ** 27 }, (error, stdout) => resolve(error ? null : stdout));
  });
}

async function processed(path: string, sizeBytes: number): Promise<ProcessedCrash> {
  const id = newCrashId(new Date(), crypto.randomUUID(), 0);
  const raw = { ProductName: "Kestrel", uuid: id, submitted_timestamp: "2026-11-20T01:02:03.000004+00:00" };
  await storage.saveRaw({ id, raw, dumps: new Map([[MAIN_DUMP, { path, sizeBytes }]]) });
  const stackwalk = createStackwalk({
    command: "minidump-stackwalk",
    timeoutSeconds: 60,
    memoryBytes: 4 * 2 ** 30,
    maxOutputBytes: 2 ** 27,
    symbolPaths: [SYMBOLS],
    symbolUrls: [],
    symbolCacheDirectory: join(directory, "cache"),
    symbolCacheBytes: 2 ** 30,
  });
  const needs = {
    storage,
    stackwalk,
    siglists: builtInSiglists(),
    hostName: "t",
    temporaryDirectory: directory,
  };
  const { processed } = await processCrash({ id, ruleset: "default" }, { ...needs, now: () => new Date() });
  return processed;
}

/** Has the stackwalker's own report and our processed crash say the same; gives how many lines of stacks they have. */
async function compare(content: Uint8Array): Promise<number> {
  const path = join(directory, crypto.randomUUID());
  await writeFile(path, content);
  const [report, crash] = await Promise.all([reportOf(path), processed(path, content.length)]);
  if (report === null) {
    expect(crash).toMatchObject({ success: false, json_dump: null });
    expect(crash.processor_notes).toMatch(/MinidumpStackwalk|the minidump is empty/);
    return 0;
  }
  const ours = stacksInCrash(isJsonObject(crash.json_dump) ? crash.json_dump : {});
  const theirs = stacksInReport(report);
  expect([...ours].filter(([, lines]) => lines.length > 0).sort()).toEqual(
    [...theirs].filter(([, lines]) => lines.length > 0).sort(),
  );
  return [...theirs.values()].flat().length;
}

describe("the stacks of a processed crash are those of the stackwalker's own report", () => {
  it.each(CRASHES)("of the real crash %s", async (name) => {
    expect(await compare(await readFile(join(FIXTURES, `${name}.dmp`)))).toBeGreaterThan(5);
  });

  it("of dumps that are cut off, wherever that is", async () => {
    const whole = await readFile(join(FIXTURES, "thread.dmp"));
    const lines: number[] = [];
    for (let part = 0; part < 24; part += 1)
      lines.push(await compare(whole.subarray(0, Math.floor((whole.length * part) / 24))));
    expect(Math.max(...lines)).toBeGreaterThan(5);
  });

  it(
    "of dumps in which bytes were changed, also lengths and places of streams",
    async () => {
      const dumps = await Promise.all(CRASHES.map((name) => readFile(join(FIXTURES, `${name}.dmp`))));
      const changes = fc.array(
        fc.record({
          at: fc.double({ min: 0, max: 1, noNaN: true }),
          early: fc.boolean(),
          value: fc.integer(),
        }),
        { minLength: 1, maxLength: 40 },
      );
      await fc.assert(
        fc.asyncProperty(fc.constantFrom(...dumps), changes, async (dump, changed) => {
          const content = Buffer.from(dump);
          for (const { at, early, value } of changed) {
            const end = early ? 400 : content.length;
            content.writeInt32LE(value, Math.floor(at * (end - 4)));
          }
          await compare(content);
        }),
        { numRuns: Number.MAX_SAFE_INTEGER, interruptAfterTimeLimit: HOSTILE_SECONDS * 1000 },
      );
    },
    HOSTILE_SECONDS * 1000 + 120_000,
  );
});
