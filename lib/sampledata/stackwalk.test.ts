import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { JsonObject } from "#lib/core/json";
import { installedBuild } from "./builds";
import { ROOT_CAUSES, type NativeCause } from "./catalogue/root-causes";
import { describeCrash } from "./describe-crash";
import { jsonDumpOf } from "./json-dump";
import { pickMachine } from "./machines";
import { writeMinidump } from "./minidump";
import type { MinidumpDescription } from "./minidump-description";
import { PRODUCTS } from "./products";
import { random } from "./random";
import { sampleJsonDump, sampleSubmissions } from "./submissions";
import { sampleSymbols } from "./symbols";

const run = promisify(execFile);
const NOW = new Date("2026-11-24T09:00:00Z");
const UNANNOTATED = { microcode: null, signers: new Map<string, string>() };
const causes = ROOT_CAUSES.filter((cause) => cause.kind === "native");

let folder = "";
let store = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "sample-dumps-"));
  store = join(folder, "symbols");
  for (const { path, text } of sampleSymbols()) {
    await mkdir(join(store, dirname(path)), { recursive: true });
    await writeFile(join(store, path), text);
  }
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** What the real stackwalker says about a dump and the annotations beside it. */
async function stackwalk(dump: Uint8Array, annotations: object = {}): Promise<JsonObject> {
  const file = join(folder, "crash.dmp");
  const extra = join(folder, "crash.json");
  await writeFile(file, dump);
  await writeFile(extra, JSON.stringify(annotations));
  const { stdout } = await run(
    "minidump-stackwalk",
    ["--json", "--verbose=off", `--evil-json=${extra}`, file, store],
    {
      maxBuffer: 64 * 2 ** 20,
    },
  );
  return withoutBitFlips(JSON.parse(stdout) as JsonObject);
}

/** Guesses about flipped bits are the only thing that a sample dump's report does not foretell. */
function withoutBitFlips(report: JsonObject): JsonObject {
  return { ...report, crash_info: { ...(report.crash_info as JsonObject), possible_bit_flips: null } };
}

/** The cause's crashes on its first, second, third … platform, so that all causes together meet all platforms. */
function describeOn(cause: NativeCause, turn: number): MinidumpDescription {
  const { os, cpu } = cause.conditions;
  const places = PRODUCTS.filter(({ name }) => cause.products.includes(name))
    .flatMap((product) => product.platforms.map((platform) => ({ product, platform })))
    .filter(({ platform }) => (os?.includes(platform.os) ?? true) && (cpu?.includes(platform.cpu) ?? true));
  const place = places[turn % places.length];
  if (!place) throw new Error(`${cause.name} can happen nowhere.`);
  const chance = random(turn);
  const build = installedBuild(place.product, "release", NOW.getTime(), chance);
  const time = NOW.getTime() / 1_000;
  const machine = pickMachine(place.platform, chance);
  return describeCrash({ ...place, cause, build, machine, time, startTime: time - 500 }, chance);
}

describe("minidump-stackwalk", () => {
  it("finds in the dump of each cause exactly the stacks, modules and reasons that were described", async () => {
    for (const [turn, cause] of causes.entries()) {
      const described = describeOn(cause, turn);
      const report = await stackwalk(writeMinidump(described));
      expect(report, cause.name).toEqual(JSON.parse(JSON.stringify(jsonDumpOf(described, UNANNOTATED))));
    }
  });

  it("says what sampleJsonDump says about submissions, and is not asked about those without a readable dump", async () => {
    for (const submission of sampleSubmissions({ count: 20, seed: 5, now: NOW })) {
      const dump = submission.dumps.get("upload_file_minidump");
      const report = sampleJsonDump(submission);
      if (dump && report)
        expect(await stackwalk(dump, submission.annotations)).toEqual(JSON.parse(JSON.stringify(report)));
      else expect(submission.annotations.JavaStackTrace).toBeDefined();
    }
  });

  it("can read the dump of the process that looked on", async () => {
    const hung = [...sampleSubmissions({ count: 400, seed: 6, now: NOW })].find(
      ({ dumps }) => dumps.size === 2,
    );
    const onlooker = hung?.dumps.get("upload_file_minidump_browser");
    const report = await stackwalk(onlooker ?? new Uint8Array());
    expect(report.status).toBe("OK");
    expect(report.crash_info).toMatchObject({ crashing_thread: 0 });
  });
});
