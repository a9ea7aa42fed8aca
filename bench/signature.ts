import { execFile, spawn } from "node:child_process";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { promisify } from "node:util";
import type { CrashData } from "#lib/signature/crash-data";
import { madeUpCrashes } from "#test/siggen/made-up-crashes";
import { runSiggen, siggenListFolder } from "#test/siggen/siggen";
import { percentile, type Measurement } from "./measurement";
import { withDirectory } from "./workplace";

const PASSES = 3;
const STARTS = 15;

/**
 * Signatures a second of the published generator and of ours, over the same crashes with the same lists. Each pass is a
 * fresh process that does nothing else; they take turns, and the best of each counts, since a busy machine only slows.
 */
export function measureSignatures(count: number): Promise<readonly Measurement[]> {
  return withDirectory(async (directory) => {
    const crashes = madeUpCrashes(count, count);
    const library = join(directory, "library");
    await promisify(execFile)(process.execPath, ["bin/build-signature.js", library]);
    const lists = await siggenListFolder();
    const [theirs, ours]: [number[], number[]] = [[], []];
    for (let pass = 0; pass < PASSES; pass += 1) {
      theirs.push((await runSiggen(crashes)).seconds);
      ours.push(await ourSeconds(crashes, library, lists));
    }
    const [siggen, own] = [count / Math.min(...theirs), count / Math.min(...ours)];
    return [
      { what: "siggen", value: siggen, unit: "signatures/s" },
      { what: "ours", value: own, unit: "signatures/s" },
      { what: "ours to siggen", value: own / siggen, unit: "times" },
      { what: "crash-stats signify, one crash, p50", value: await start(SIGNIFY), unit: "ms" },
      { what: "node that does nothing, p50", value: await start(["-e", "0"]), unit: "ms" },
    ];
  });
}

const SIGNIFY = ["bin/crash-stats.js", "signify"];

async function ourSeconds(crashes: readonly CrashData[], library: string, lists: string): Promise<number> {
  const lines = crashes.map((crash) => `${JSON.stringify(crash)}\n`).join("");
  const { seconds } = JSON.parse(await output(["bench/generate-signatures.js", library, lists], lines)) as {
    seconds: number;
  };
  return seconds;
}

/** Milliseconds from the start of a program to its end. */
async function start(command: readonly string[]): Promise<number> {
  const milliseconds: number[] = [];
  for (let run = 0; run < STARTS; run += 1) {
    const started = performance.now();
    await output(command, '{"threads":[{"frames":[{"function":"app::f(int)"}]}]}\n');
    milliseconds.push(performance.now() - started);
  }
  return percentile(milliseconds, 0.5);
}

async function output(command: readonly string[], input: string): Promise<string> {
  const child = spawn(process.execPath, [...command], { stdio: ["pipe", "pipe", "inherit"] });
  child.stdin.on("error", () => undefined).end(input);
  return text(child.stdout);
}
