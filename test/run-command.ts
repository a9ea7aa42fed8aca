import { spawn, type ChildProcess } from "node:child_process";
import { text } from "node:stream/consumers";
import { inheritedEnvironment } from "#lib/config/config";

/** A run of `crash-stats`. */
export interface CommandRun {
  readonly process: ChildProcess;
  /** What it printed, and its exit code; null when a signal ended it. */
  readonly ended: Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }>;
}

/** Starts the built command over a data folder; `input` is its standard input, which stays open when it is null. */
export function startCommand(
  dataDirectory: string,
  command: readonly string[],
  { input = "", settings = {} }: { input?: string | null; settings?: Readonly<Record<string, string>> } = {},
): CommandRun {
  const child = spawn(process.execPath, ["bin/crash-stats.js", ...command], {
    env: {
      ...inheritedEnvironment(),
      CRASHSTATS_DATA_DIR: dataDirectory,
      NODE_ENV: "production",
      LOG_LEVEL: "warn",
      ...settings,
    },
    stdio: "pipe",
  });
  if (input !== null) child.stdin.end(input);
  const exit = new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve(code));
  });
  const ended = Promise.all([exit, text(child.stdout), text(child.stderr)]).then(
    ([code, stdout, stderr]) => ({
      code,
      stdout,
      stderr,
    }),
  );
  return { process: child, ended };
}

/** Runs the built command to its end. */
export function runCommand(...given: Parameters<typeof startCommand>): CommandRun["ended"] {
  return startCommand(...given).ended;
}
