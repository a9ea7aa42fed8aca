import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inheritedEnvironment } from "#lib/config/config";
import { findExecutable } from "#lib/config/find-executable";
import { MAIN_DUMP, type RawCrash } from "#lib/core/crash";
import { newCrashId } from "#lib/core/crash-id";
import { CrashIdNotFound } from "#lib/core/errors";
import { isJsonArray, isJsonObject, type Json, type JsonObject } from "#lib/core/json";
import { anonymous } from "#lib/core/viewer";
import { searchDocument } from "#lib/fields/document";
import { RAW_CRASH_KEYS } from "#lib/fields/keys";
import { redactProcessedCrash, undeclaredKeys } from "#lib/fields/redact";
import { builtInSiglists } from "#lib/signature/siglists";
import { processCrash } from "./process-crash";
import { COPIED_ANNOTATIONS } from "./rules/copied-annotations";

const FIXTURES = "test/fixtures/crashes";
const CRASHES = ["segfault", "oom", "thread", "rust-panic"];
/** More, for a longer search: FUZZ_SECONDS=600. */
const SECONDS = Number(inheritedEnvironment().FUZZ_SECONDS ?? 3);
const id = newCrashId(new Date("2026-11-20"), "0bba929f-8721-460c-8ead-a43c20261120", 0);

let directory: string;
let realAnnotations: readonly JsonObject[];
let realOutputs: readonly JsonObject[];
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "fuzz-"));
  const command = (await findExecutable("minidump-stackwalk")) ?? "minidump-stackwalk is not installed";
  const walk = async (name: string) => {
    const args = ["--json", `--symbols-path=${join(FIXTURES, "symbols")}`, join(FIXTURES, `${name}.dmp`)];
    const { stdout } = await promisify(execFile)(command, args, { maxBuffer: 2 ** 26 });
    return JSON.parse(stdout) as JsonObject;
  };
  realOutputs = await Promise.all(CRASHES.map(walk));
  realAnnotations = await Promise.all(
    CRASHES.map(
      async (name) => JSON.parse(await readFile(join(FIXTURES, `${name}.json`), "utf8")) as JsonObject,
    ),
  );
});
// The last run of a search that the time ends may still be writing.
afterAll(() => rm(directory, { recursive: true, maxRetries: 10 }));

/** Processes what a client and the stackwalker said, whatever that is. */
async function processing(annotations: JsonObject, output: JsonObject | null) {
  const raw: RawCrash = { ...annotations, uuid: id, submitted_timestamp: "2026-11-20T01:02:03.000004+00:00" };
  const walked = {
    json_dump: output,
    mdsw_return_code: 0,
    mdsw_status_string: "OK",
    success: true,
    stackwalk_version: "1",
    mdsw_stderr: "",
    notes: [],
  };
  return processCrash(
    { id, ruleset: "default" },
    {
      storage: {
        getRaw: () => Promise.resolve(raw),
        getDumpsAsFiles: () => Promise.resolve(new Map([[MAIN_DUMP, { path: "/dev/null", sizeBytes: 1 }]])),
        getUnredactedProcessed: () => Promise.reject(new CrashIdNotFound(id)),
      },
      stackwalk: { walk: () => Promise.resolve(walked) },
      siglists: builtInSiglists(),
      now: () => new Date("2026-11-20T02:00:00Z"),
      hostName: "fuzz",
      temporaryDirectory: directory,
    },
  );
}

/** What everything after the rules needs, and that no rule gave up. */
async function check(annotations: JsonObject, output: JsonObject | null): Promise<void> {
  const { raw, processed: crash } = await processing(annotations, output);
  expect(crash.processor_notes).not.toMatch(/rule '.*' failed/);
  expect(typeof crash.signature).toBe("string");
  expect(crash.signature.length).toBeLessThanOrEqual(255);
  expect(JSON.stringify(crash)).toContain(id);
  const document = searchDocument(crash, raw);
  expect(document).toMatchObject({ uuid: id, signature: crash.signature });
  const shown = redactProcessedCrash(crash, anonymous);
  expect(undeclaredKeys(shown)).toEqual([]);
}

const json = fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<Json>;
const odd: fc.Arbitrary<Json> = fc.oneof(
  json,
  fc.string({ unit: "binary" }),
  fc.json(),
  fc.constantFrom(
    -1,
    0,
    1e308,
    2 ** 63,
    "0x",
    "0xffffffffffffffff",
    "99999999999999999999",
    "\0",
    "\ud800",
    "-",
  ),
);

/** A document in which some values, at any depth, are replaced by others. */
function mutated(document: fc.Arbitrary<JsonObject>): fc.Arbitrary<JsonObject> {
  const changes = fc.array(fc.record({ pick: fc.nat(), value: odd }), { minLength: 1, maxLength: 12 });
  return fc.tuple(document, changes).map(([base, list]) =>
    list.reduce<JsonObject>((changed, { pick, value }) => {
      const paths = pathsIn(changed);
      const result = replaced(changed, paths[pick % paths.length] ?? [], value);
      return isJsonObject(result) ? result : changed;
    }, base),
  );
}

function pathsIn(value: Json, path: readonly string[] = []): readonly (readonly string[])[] {
  const entries = isJsonObject(value) || isJsonArray(value) ? Object.entries(value) : [];
  return entries.flatMap(([name, item]) => [[...path, name], ...pathsIn(item ?? null, [...path, name])]);
}

function replaced(value: Json, [step, ...rest]: readonly string[], by: Json): Json {
  if (step === undefined) return by;
  if (isJsonArray(value))
    return value.map((item, index) => (String(index) === step ? replaced(item, rest, by) : item));
  return isJsonObject(value) ? { ...value, [step]: replaced(value[step] ?? null, rest, by) } : value;
}

const names = fc.oneof(
  fc.constantFrom(
    ...COPIED_ANNOTATIONS.map(({ annotation }) => annotation),
    ...[...RAW_CRASH_KEYS.keys()].filter((name) => !/[.(]/.test(name)),
    "__proto__",
    "constructor",
  ),
  fc.string(),
);
const anyAnnotations = fc.dictionary(names, odd, { maxKeys: 60 }) as fc.Arbitrary<JsonObject>;
const realOnes = () => fc.constantFrom(...realAnnotations);
const walkedOnes = () => fc.constantFrom(...realOutputs);

describe("processing always gives a processed crash, and no rule fails", () => {
  it.each([
    ["annotations of real crashes that were changed", () => [mutated(realOnes()), walkedOnes()]],
    ["annotations of any name and value", () => [anyAnnotations, walkedOnes()]],
    ["what the stackwalker says of real crashes, changed", () => [realOnes(), mutated(walkedOnes())]],
    ["any JSON from the stackwalker", () => [anyAnnotations, fc.dictionary(fc.string(), odd)]],
  ] as [string, () => [fc.Arbitrary<JsonObject>, fc.Arbitrary<JsonObject>]][])(
    "with %s",
    async (_, inputs) => {
      await fc.assert(fc.asyncProperty(...inputs(), check), {
        numRuns: Number.MAX_SAFE_INTEGER,
        interruptAfterTimeLimit: SECONDS * 1000,
      });
    },
    SECONDS * 1000 + 60_000,
  );
});
