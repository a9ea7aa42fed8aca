import { execFile } from "node:child_process";
import { inheritedEnvironment } from "#lib/config/config";

/** What came of a command. */
export interface CommandResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the built command `crash-stats` over a data folder. */
export function crashStats(dataDirectory: string, ...args: readonly string[]): Promise<CommandResult> {
  const environment: NodeJS.ProcessEnv = {
    ...inheritedEnvironment(),
    NODE_ENV: "production",
    CRASHSTATS_DATA_DIR: dataDirectory,
    LOG_LEVEL: "fatal",
  };
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      ["bin/crash-stats.js", ...args],
      { env: environment },
      (error, stdout, stderr) => {
        const exitCode = typeof error?.code === "number" ? error.code : 0;
        resolve({ exitCode, stdout, stderr });
      },
    );
  });
}

/** Makes a superuser and a token that may do everything the API asks for, before any server runs there. */
export async function createToken(dataDirectory: string): Promise<string> {
  const email = "analyst@example.com";
  await succeeding(crashStats(dataDirectory, "makesuperuser", email));
  return (await succeeding(crashStats(dataDirectory, "createtoken", email))).trim();
}

async function succeeding(running: Promise<CommandResult>): Promise<string> {
  const { exitCode, stdout, stderr } = await running;
  if (exitCode !== 0) throw new Error(stderr);
  return stdout;
}
