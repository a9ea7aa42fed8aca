// Steps that prepare a checkout: each is done once for the same inputs, and tells how long it took.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export const root = join(import.meta.dirname, "..");

/** Runs `work` unless the stamp file says that it was done for exactly these inputs. */
export function step(what, stampFile, inputs, work) {
  const stamp = join(root, stampFile);
  const now = fingerprint(inputs);
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === now) return;
  const started = Date.now();
  console.error(`… ${what}`);
  work();
  mkdirSync(join(stamp, ".."), { recursive: true });
  writeFileSync(stamp, now);
  console.error(`✓ ${what} (${((Date.now() - started) / 1000).toFixed(0)} s)`);
}

function fingerprint(inputs) {
  const hash = createHash("sha256");
  for (const file of inputs.flatMap((input) => filesOf(join(root, input))).sort())
    hash.update(file.slice(root.length)).update(readFileSync(file));
  return hash.digest("hex");
}

function filesOf(path) {
  if (!existsSync(path)) return [];
  const entries = readdirSyncOrNull(path);
  if (entries === null) return [path];
  return entries
    .filter(({ name }) => name !== "generated" && !/\.test\.tsx?$/.test(name))
    .flatMap((entry) => (entry.isDirectory() ? filesOf(join(path, entry.name)) : [join(path, entry.name)]));
}

function readdirSyncOrNull(path) {
  try {
    return readdirSync(path, { withFileTypes: true });
  } catch (error) {
    if (error.code === "ENOTDIR") return null;
    throw error;
  }
}

/** Whether a command is on the path. */
export function found(command) {
  return spawnSync("sh", ["-c", 'command -v "$0"', command]).status === 0;
}

/** Runs a command with its output on the standard error, and stops everything when it fails. */
export function run(command, args, environment = {}) {
  const { status, error } = spawnSync(command, args, {
    cwd: root,
    stdio: ["ignore", 2, 2],
    env: { ...process.env, ...environment },
  });
  if (error) stop(`${command} could not be started: ${error.message}. Is it installed?`);
  if (status !== 0)
    stop(`${command} ${args.join(" ")} ended with ${status}; see above. Mend that and run this again.`);
}

/** Ends the program with a message that says what to do. */
export function stop(message) {
  console.error(`✗ ${message}`);
  process.exit(1);
}
