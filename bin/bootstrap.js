// Makes a fresh clone ready to run, using nothing but Node: installs what is missing, builds what is
// out of date, and says what to do when it cannot. Usage: node bin/bootstrap.js [--no-pages]
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const stackwalk = { name: "minidump-stackwalk", version: "0.27.0" };

checkNode();
step("npm packages", "node_modules/.crash-stats-installed", ["package-lock.json"], () =>
  run("npm", ["ci", "--no-audit", "--no-fund"]),
);
installStackwalk();
step(
  "database client",
  "lib/db/generated/.crash-stats-built",
  ["prisma/schema.prisma", "package-lock.json"],
  () =>
    run("npx", ["prisma", "generate"], {
      PRISMA_SCHEMA_ENGINE_BINARY: "/bin/true",
      PRISMA_HIDE_UPDATE_MESSAGE: "1",
    }),
);
step("server", "dist/.crash-stats-built", ["lib", "bin", "package-lock.json", "prisma/schema.prisma"], () =>
  run("node", ["bin/build-server.js"]),
);
if (!process.argv.includes("--no-pages"))
  step(
    "web pages",
    ".next/.crash-stats-built",
    ["app", "components", "lib", "public", "next.config.js", "tsconfig.json", "package-lock.json"],
    () => run("npx", ["next", "build"], { NEXT_TELEMETRY_DISABLED: "1" }),
  );

function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  stop(
    `Node ${process.versions.node} is too old. Install Node 20.19 or newer (https://nodejs.org) and run this again.`,
  );
}

/** Runs `work` unless the stamp file says that it was done for exactly these inputs. */
function step(what, stampFile, inputs, work) {
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

/** Without the stackwalker native crashes are kept and searchable, but have no stacks. */
function installStackwalk() {
  if (found(stackwalk.name) || existsSync(join(homedir(), ".cargo", "bin", stackwalk.name))) return;
  if (!found("cargo")) {
    console.error(
      `! ${stackwalk.name} is not installed and neither is cargo. Native crashes will be kept and can be searched, but show no stacks.\n` +
        `  To have them: install Rust (https://rustup.rs), then: cargo install --locked ${stackwalk.name}`,
    );
    return;
  }
  console.error(`… ${stackwalk.name} ${stackwalk.version} (compiled once, about 3 minutes)`);
  run("cargo", ["install", "--locked", "--version", stackwalk.version, stackwalk.name]);
}

function found(command) {
  return spawnSync("sh", ["-c", 'command -v "$0"', command]).status === 0;
}

function run(command, args, environment = {}) {
  const { status, error } = spawnSync(command, args, {
    cwd: root,
    stdio: ["ignore", 2, 2],
    env: { ...process.env, ...environment },
  });
  if (error) stop(`${command} could not be started: ${error.message}. Is it installed?`);
  if (status !== 0)
    stop(`${command} ${args.join(" ")} ended with ${status}; see above. Mend that and run this again.`);
}

function stop(message) {
  console.error(`✗ ${message}`);
  process.exit(1);
}
