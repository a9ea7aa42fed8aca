import { spawn } from "node:child_process";
import { once } from "node:events";
import { inheritedEnvironment } from "#lib/config/config";
import { temporaryDataDirectory } from "#test/server-process";

const START_LIMIT_MS = 120_000;

/** Starts the real demo, small, for all tests; what it returns stops it. The address becomes `DEMO_URL`. */
async function startDemo(): Promise<() => Promise<void>> {
  const data = await temporaryDataDirectory();
  const demo = spawn(process.execPath, ["bin/crash-stats.js", "demo", "--crashes", "400"], {
    env: { ...inheritedEnvironment(), CRASHSTATS_DATA_DIR: data.path, NODE_ENV: "production", PORT: "0" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let printed = "";
  for (const stream of [demo.stdout, demo.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => (printed += text));
  const limit = AbortSignal.timeout(START_LIMIT_MS);
  for (;;) {
    const url = /crash-stats is ready: (\S+)[^]*took/.exec(printed)?.[1];
    if (url !== undefined) {
      process.env.DEMO_URL = url;
      break;
    }
    if (demo.exitCode !== null || limit.aborted) throw new Error(`The demo did not start: ${printed}`);
    await Promise.race([once(demo.stdout, "data"), once(demo, "exit"), once(limit, "abort")]);
  }
  return async () => {
    demo.kill("SIGTERM");
    await once(demo, "exit");
    await data.remove();
  };
}

export default startDemo;
