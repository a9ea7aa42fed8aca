import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { inheritedEnvironment } from "#lib/config/config";

/** A token the started servers trust. */
export const TRUSTED_TOKEN = "trusted-in-tests";
const START_LIMIT_MS = 120_000;
/** Symbols of the real crashes. */
export const SYMBOLS = resolve("test/fixtures/crashes/symbols");

/** The built server as a process of its own. */
export interface ServerProcess {
  readonly url: string;
  readonly pid: number;
  readonly dataDirectory: string;
  readonly processId: number;
  /** What it has logged so far. */
  log(): string;
  /** Ends it without warning. */
  kill(): Promise<void>;
  /** Waits until it ends by itself, and gives its exit code. */
  ended(): Promise<number | null>;
  /** Asks it to end, and gives its exit code. */
  stop(): Promise<number | null>;
}

/** A data folder that is gone when it is no longer wanted. */
export async function temporaryDataDirectory(): Promise<{ readonly path: string; remove(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), "crash-stats-"));
  return { path, remove: () => rm(path, { recursive: true, force: true, maxRetries: 5 }) };
}

/** A server over a data folder of its own. */
export interface FreshServer extends ServerProcess {
  /** Stops it, and removes what it has. */
  remove(): Promise<void>;
}

/** Starts a server over a new data folder, as `startServerProcess` does. */
export async function startFreshServer(
  settings: Readonly<Record<string, string>> = {},
  command?: readonly string[],
): Promise<FreshServer> {
  const data = await temporaryDataDirectory();
  const server = await startServerProcess(data.path, settings, command);
  return {
    ...server,
    async remove() {
      await server.stop();
      await data.remove();
    },
  };
}

/**
 * Starts the server on a free port; `command` is that of crash-stats. Throws with what it printed when it ends, or
 * two minutes pass, before it is ready.
 */
export async function startServerProcess(
  dataDirectory: string,
  settings: Readonly<Record<string, string>> = {},
  command: readonly string[] = ["serve"],
): Promise<ServerProcess> {
  const environment: NodeJS.ProcessEnv = {
    ...inheritedEnvironment(),
    CRASHSTATS_DATA_DIR: dataDirectory,
    NODE_ENV: "production",
    PORT: "0",
    SYMBOLS_PATHS: SYMBOLS,
    COLLECTOR_TRUSTED_TOKEN: TRUSTED_TOKEN,
    LOG_LEVEL: "warn",
    API_RATE_LIMIT_PER_MINUTE: "1000000",
    ...settings,
  };
  const child: ChildProcess = spawn(process.execPath, ["bin/crash-stats.js", ...command], {
    env: environment,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const printed: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding("utf8").on("data", (text: string) => printed.push(text));
  const url = await ready(child, printed);
  const ended = async () => {
    if (child.exitCode === null) await once(child, "exit");
    return child.exitCode;
  };
  return {
    url,
    pid: child.pid ?? 0,
    dataDirectory,
    processId: child.pid ?? 0,
    log: () => printed.join(""),
    async kill() {
      if (child.exitCode !== null) return;
      child.kill("SIGKILL");
      await once(child, "exit");
    },
    ended,
    stop() {
      if (child.exitCode === null) child.kill("SIGTERM");
      return ended();
    },
  };
}

function ready(child: ChildProcess, printed: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const give = (url: string) => {
      clearTimeout(limit);
      resolve(url);
    };
    const refuse = (what: string) => {
      clearTimeout(limit);
      reject(new Error(`the server ${what}: ${printed.join("")}`));
    };
    const limit = setTimeout(() => {
      child.kill("SIGKILL");
      refuse("is not ready in time");
    }, START_LIMIT_MS);
    child.stdout?.on("data", () => {
      const url = /crash-stats is ready: (\S+)/.exec(printed.join(""))?.[1];
      if (url !== undefined) give(url);
    });
    child.once("exit", (code) => refuse(`ended with ${code}`));
  });
}
