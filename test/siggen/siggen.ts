import { execFile, spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { promisify } from "node:util";
import type { CrashData } from "#lib/signature/crash-data";
import { loadSiglists } from "#lib/signature/siglist-files";
import type { Siglists } from "#lib/signature/siglists";

const PYTHON = ".tools/siggen/bin/python";

/** What siggen makes of a crash, in its own notation. */
export interface SiggenResult {
  readonly signature: string;
  readonly notes: readonly string[];
  readonly debug_log: readonly string[];
  readonly extra: { readonly proto_signature?: string; readonly normalized_frames?: readonly string[] };
}

/** Runs siggen over crashes, all in one process; `seconds` are those of making signatures alone. */
export async function runSiggen(
  crashes: readonly CrashData[],
): Promise<{ readonly results: readonly SiggenResult[]; readonly seconds: number }> {
  const child = spawn(PYTHON, ["test/siggen/generate.py"], { stdio: ["pipe", "pipe", "inherit"] });
  child.stdin.end(crashes.map((crash) => `${JSON.stringify(crash)}\n`).join(""));
  const lines = (await text(child.stdout)).trimEnd().split("\n");
  const { seconds } = JSON.parse(lines.pop() ?? "") as { seconds: number };
  return { results: lines.map((line) => JSON.parse(line) as SiggenResult), seconds };
}

/** Where the lists are that siggen comes with. */
export async function siggenListFolder(): Promise<string> {
  const where = "import siggen, pathlib; print(pathlib.Path(siggen.__file__).parent / 'siglists')";
  return (await promisify(execFile)(PYTHON, ["-c", where])).stdout.trim();
}

/** Those lists as siggen uses them: there is one of trimmed modules, which it never reads. */
export async function siggenSiglists(): Promise<Siglists> {
  const lists = await loadSiglists(await siggenListFolder());
  return { ...lists, origin: "using included signature lists", isTrimmed: () => false };
}
