import { spawn } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { findExecutable } from "#lib/config/find-executable";
import type { DumpFile } from "#lib/core/crash";
import { isJsonObject, type JsonObject } from "#lib/core/json";
import { checkOutput } from "./stackwalk-output";
import { createSymbolCache } from "./symbol-cache";

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
  /** Where symbols from servers are kept, on the file system of the directories of crashes. */
  readonly symbolCacheDirectory: string;
  /** Most that they may take there. */
  readonly symbolCacheBytes: number;
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
  /**
   * `annotations`: the raw crash as a JSON file. `directory`: of this crash alone; what a killed stackwalker has left of
   * a download goes with it.
   */
  walk(dump: DumpFile, annotations: string, directory: string): Promise<StackwalkResult>;
}

/** In the notes of crashes that had to do without a stack. */
export const NOT_INSTALLED = "is not installed; this crash is processed again when it is";

const LOG_LINES = 10;
/** Enough for the last lines, whatever a hostile dump makes the stackwalker complain of. */
const KEPT_LOG_CHARACTERS = 65_536;

export function createStackwalk(options: StackwalkOptions): Stackwalk {
  const cache = createSymbolCache(options.symbolCacheDirectory, options.symbolCacheBytes);
  let version: string | null = null;
  return {
    async walk(dump, annotations, directory) {
      if (dump.sizeBytes === 0)
        return notRun("EmptyMinidump", "the minidump is empty: the client sent no bytes of it");
      const path = await findExecutable(options.command);
      if (path === null)
        return notRun("StackwalkerMissing", `the stackwalker ${options.command} ${NOT_INSTALLED}`);
      version ??= (await runLimited(path, ["--version"], options)).output.toString().trim();
      const downloads = join(directory, "symbols");
      await mkdir(cache.directory, { recursive: true });
      await mkdir(downloads, { recursive: true });
      const started = new Date();
      const run = await runLimited(path, argumentsFor(dump, { annotations, downloads }, options), options);
      const result = readResult(run, options);
      if (options.symbolUrls.length > 0) await cache.used(result.json_dump, started);
      return { ...result, stackwalk_version: version };
    },
  };
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
  { annotations, downloads }: { readonly annotations: string; readonly downloads: string },
  options: StackwalkOptions,
): readonly string[] {
  return [
    "--json",
    "--no-color",
    "--no-interactive",
    "--verbose=error",
    `--evil-json=${annotations}`,
    `--symbols-cache=${options.symbolCacheDirectory}`,
    `--symbols-tmp=${downloads}`,
    ...options.symbolPaths.map((path) => `--symbols-path=${path}`),
    ...options.symbolUrls.map((url) => `--symbols-url=${url}`),
    dump.path,
  ];
}

/** How a run of the stackwalker went. */
interface Run {
  /** The exit code, or the negative number of the signal that ended it. */
  readonly code: number;
  /** Which limit of ours it was killed for. */
  readonly exceeded: "time" | "output" | null;
  readonly output: Buffer;
  /** How its log begins, and its end. */
  readonly log: { readonly start: string; readonly end: string };
}

/**
 * Output and log come through pipes, so that the limit of file sizes is that of symbol files: one that is larger than
 * the whole cache fails to be written, and is used without being kept.
 */
const LIMITS = `trap '' XFSZ; ulimit -v "$1" && ulimit -f "$2" && ulimit -c 0 && shift 2 && exec "$@"`;

function runLimited(path: string, args: readonly string[], options: StackwalkOptions): Promise<Run> {
  const [kibibytes = "", blocks = ""] = [options.memoryBytes / 1024, options.symbolCacheBytes / 512].map(
    (limit) => String(Math.ceil(limit)),
  );
  return new Promise((resolve, reject) => {
    const child = spawn("/bin/sh", ["-c", LIMITS, "sh", kibibytes, blocks, path, ...args], {
      env: { LANG: "C.UTF-8", NODE_ENV: "production" },
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    let exceeded: Run["exceeded"] = null;
    const stop = (limit: "time" | "output") => {
      exceeded ??= limit;
      killGroup(child.pid);
    };
    const timer = setTimeout(() => stop("time"), options.timeoutSeconds * 1000);
    const output = collectOutput(child.stdout, options.maxOutputBytes, () => stop("output"));
    const log = collectLog(child.stderr);
    child.once("error", (error) => {
      clearTimeout(timer);
      reject(error);
    });
    child.once("close", (code, signal) => {
      clearTimeout(timer);
      resolve({ code: code ?? -signalNumber(signal), exceeded, output: output(), log: log() });
    });
  });
}

/** What a stream gives, up to a number of bytes; what is beyond them is dropped, and told. */
function collectOutput(stream: Readable, maxBytes: number, onExceeded: () => void): () => Buffer {
  const chunks: Buffer[] = [];
  let size = 0;
  stream.on("data", (chunk: Buffer) => {
    size += chunk.length;
    if (size > maxBytes) onExceeded();
    else chunks.push(chunk);
  });
  return () => Buffer.concat(chunks);
}

function collectLog(stream: Readable): () => Run["log"] {
  let [start, end] = ["", ""];
  stream.setEncoding("utf8").on("data", (text: string) => {
    if (start.length < KEPT_LOG_CHARACTERS) start += text.slice(0, KEPT_LOG_CHARACTERS);
    end = (end + text).slice(-KEPT_LOG_CHARACTERS);
  });
  return () => ({ start, end });
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

function readResult(run: Run, options: StackwalkOptions): Omit<StackwalkResult, "stackwalk_version"> {
  const { code, log } = run;
  const { output, notes } = code === 0 ? readOutput(run.output) : { output: null, notes: [] };
  const status = statusOf(output, log.start);
  const success = code === 0 && status === "OK";
  const failure = `MinidumpStackwalk: failed: ${describeEnd(run, options)}: ${status}${reasonOf(log.start)}`;
  return {
    json_dump: output,
    mdsw_return_code: code,
    mdsw_status_string: status,
    success,
    mdsw_stderr: lastLines(log.end),
    notes: success ? notes : [...notes, failure],
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

function describeEnd({ code, exceeded }: Run, options: StackwalkOptions): string {
  if (exceeded === "time") return `killed after ${options.timeoutSeconds} s`;
  if (exceeded === "output") return `killed after ${options.maxOutputBytes} bytes of output`;
  return code < 0 ? `ended by signal ${-code}` : String(code);
}

function readOutput(content: Buffer): {
  readonly output: JsonObject | null;
  readonly notes: readonly string[];
} {
  let output: unknown;
  try {
    output = JSON.parse(content.toString());
  } catch {
    return { output: null, notes: ["MinidumpStackwalk: output is not JSON"] };
  }
  return isJsonObject(output)
    ? checkOutput(output)
    : { output: null, notes: ["MinidumpStackwalk: output is not a JSON object"] };
}

function lastLines(log: string): string {
  const lines = log.trimEnd().split("\n");
  return lines.length > LOG_LINES ? ["...", ...lines.slice(-LOG_LINES)].join("\n") : lines.join("\n");
}
