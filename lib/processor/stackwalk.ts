import { spawn } from "node:child_process";
import { mkdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { findExecutable } from "#lib/config/find-executable";
import type { DumpFile } from "#lib/core/crash";
import { isJsonObject, type JsonObject } from "#lib/core/json";

export interface StackwalkOptions {
  /** Path of minidump-stackwalk, or a name to look up. */
  readonly command: string;
  readonly timeoutSeconds: number;
  /** Most address space it may take. */
  readonly memoryBytes: number;
  readonly maxOutputBytes: number;
  /** Folders of Breakpad symbols. */
  readonly symbolPaths: readonly string[];
  /** Symbol servers, asked after the folders. */
  readonly symbolUrls: readonly string[];
  /** Where symbols from servers are kept; both on one file system. */
  readonly symbolCacheDirectory: string;
  readonly symbolTemporaryDirectory: string;
}

/** What came of walking one dump. Keys are those of the processed crash. */
export interface StackwalkResult {
  /** The stackwalker's output; null when it had none that can be read. */
  readonly json_dump: JsonObject | null;
  /** Exit code; the negative signal number when it was killed; null when it was not run. */
  readonly mdsw_return_code: number | null;
  /** `OK`, or why not. */
  readonly mdsw_status_string: string;
  readonly success: boolean;
  readonly stackwalk_version: string;
  /** The last lines of its log. */
  readonly mdsw_stderr: string;
  /** What people should know, for the processor notes. */
  readonly notes: readonly string[];
}

/** Runs minidump-stackwalk as a child process with limits: dumps are hostile input. Never throws for a dump's sake. */
export interface Stackwalk {
  /** `annotations`: the raw crash as a JSON file. `directory`: of this crash alone, for the output. */
  walk(dump: DumpFile, annotations: string, directory: string): Promise<StackwalkResult>;
}

/** In the notes of crashes that had to do without a stack. */
export const NOT_INSTALLED = "is not installed; this crash is processed again when it is";

const LOG_LINES = 10;
const KILLED_AFTER_LIMIT = -9;

export function createStackwalk(options: StackwalkOptions): Stackwalk {
  let version: string | null = null;
  return {
    async walk(dump, annotations, directory) {
      if (dump.sizeBytes === 0)
        return notRun("EmptyMinidump", "the minidump is empty: the client sent no bytes of it");
      const path = await findExecutable(options.command);
      if (path === null)
        return notRun("StackwalkerMissing", `the stackwalker ${options.command} ${NOT_INSTALLED}`);
      version ??= await readVersion(path, options);
      const files = { output: join(directory, "stackwalk.json"), log: join(directory, "stackwalk.log") };
      await mkdir(options.symbolCacheDirectory, { recursive: true });
      await mkdir(options.symbolTemporaryDirectory, { recursive: true });
      const code = await runLimited(path, argumentsFor(dump, annotations, files, options), options);
      return { ...(await readResult(code, files, options)), stackwalk_version: version };
    },
  };
}

interface Files {
  readonly output: string;
  readonly log: string;
}

function notRun(status: string, note: string): StackwalkResult {
  return {
    json_dump: null,
    mdsw_return_code: null,
    mdsw_status_string: status,
    success: false,
    stackwalk_version: "",
    mdsw_stderr: "",
    notes: [note],
  };
}

function argumentsFor(
  dump: DumpFile,
  annotations: string,
  files: Files,
  options: StackwalkOptions,
): readonly string[] {
  return [
    "--json",
    "--no-color",
    "--no-interactive",
    "--verbose=error",
    `--evil-json=${annotations}`,
    `--output-file=${files.output}`,
    `--log-file=${files.log}`,
    `--symbols-cache=${options.symbolCacheDirectory}`,
    `--symbols-tmp=${options.symbolTemporaryDirectory}`,
    ...options.symbolPaths.map((path) => `--symbols-path=${path}`),
    ...options.symbolUrls.map((url) => `--symbols-url=${url}`),
    dump.path,
  ];
}

async function readVersion(path: string, options: StackwalkOptions): Promise<string> {
  const chunks: string[] = [];
  await runLimited(path, ["--version"], options, (text) => chunks.push(text));
  return chunks.join("").trim();
}

/** The exit code, or the negative number of the signal that ended it. */
function runLimited(
  path: string,
  args: readonly string[],
  options: StackwalkOptions,
  onOutput?: (text: string) => void,
): Promise<number> {
  const limits = 'ulimit -v "$1" && ulimit -f "$2" && ulimit -c 0 && shift 2 && exec "$@"';
  const [kibibytes, blocks] = [options.memoryBytes / 1024, options.maxOutputBytes / 512].map((limit) =>
    String(Math.ceil(limit)),
  );
  return new Promise((resolve, reject) => {
    const child = spawn("/bin/sh", ["-c", limits, "sh", kibibytes ?? "", blocks ?? "", path, ...args], {
      env: { LANG: "C.UTF-8", NODE_ENV: "production" },
      stdio: ["ignore", "pipe", "ignore"],
      detached: true,
    });
    const timer = setTimeout(() => killGroup(child.pid), options.timeoutSeconds * 1000);
    child.stdout.setEncoding("utf8").on("data", (text: string) => onOutput?.(text));
    child.once("error", (error) => {
      clearTimeout(timer);
      reject(error);
    });
    child.once("close", (code, signal) => {
      clearTimeout(timer);
      resolve(code ?? -signalNumber(signal));
    });
  });
}

/** Ends a process and all it has started. */
function killGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

const SIGNAL_NUMBERS: Readonly<Record<string, number>> = {
  SIGABRT: 6,
  SIGKILL: 9,
  SIGSEGV: 11,
  SIGTERM: 15,
  SIGXFSZ: 25,
};

function signalNumber(signal: string | null): number {
  return SIGNAL_NUMBERS[signal ?? ""] ?? 1;
}

async function readResult(
  code: number,
  files: Files,
  options: StackwalkOptions,
): Promise<Omit<StackwalkResult, "stackwalk_version">> {
  const log = await readFile(files.log, "utf8").catch(() => "");
  const { output, note } =
    code === 0 ? await readOutput(files.output, options) : { output: null, note: null };
  const status = statusOf(output, log);
  const notes = [
    ...(note === null ? [] : [note]),
    ...(code === 0 && status === "OK"
      ? []
      : [`MinidumpStackwalk: failed: ${describeCode(code, options)}: ${status}${reasonOf(log)}`]),
  ];
  return {
    json_dump: output,
    mdsw_return_code: code,
    mdsw_status_string: status,
    success: code === 0 && status === "OK",
    mdsw_stderr: lastLines(log),
    notes,
  };
}

/** What went wrong in the log says more than a missing or unknown status. */
function statusOf(output: JsonObject | null, log: string): string {
  const status = output?.status;
  const text = typeof status === "string" && status !== "" ? status : "unknown error";
  const logged = /^ERROR\s+(\S+)/.exec(log)?.[1];
  return logged !== undefined && (text === "OK" || text === "unknown error") ? logged : text;
}

/** The log's own words for the error, such as `Error reading dump: Header mismatch`. */
function reasonOf(log: string): string {
  const words = /^ERROR\s+\S+\s+-\s+([^\n]{1,200})/.exec(log)?.[1];
  return words === undefined ? "" : ` (${words})`;
}

function describeCode(code: number, options: StackwalkOptions): string {
  if (code === KILLED_AFTER_LIMIT) return `killed after ${options.timeoutSeconds} s`;
  return code < 0 ? `ended by signal ${-code}` : String(code);
}

async function readOutput(
  path: string,
  options: StackwalkOptions,
): Promise<{ output: JsonObject | null; note: string | null }> {
  const size = await stat(path).then(
    (found) => found.size,
    () => 0,
  );
  if (size > options.maxOutputBytes)
    return { output: null, note: `MinidumpStackwalk: output of ${size} bytes is too large` };
  try {
    const output: unknown = JSON.parse(await readFile(path, "utf8"));
    if (isJsonObject(output)) return { output, note: null };
  } catch {
    return { output: null, note: "MinidumpStackwalk: output is not JSON" };
  }
  return { output: null, note: "MinidumpStackwalk: output is not a JSON object" };
}

function lastLines(log: string): string {
  const lines = log.trimEnd().split("\n");
  return lines.length > LOG_LINES ? ["...", ...lines.slice(-LOG_LINES)].join("\n") : lines.join("\n");
}
