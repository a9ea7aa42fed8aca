// Makes a fresh clone ready to run, using nothing but Node: installs what is missing, builds what is
// out of date, and says what to do when it cannot. Usage: node bin/bootstrap.js [--no-pages]
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { found, run, step, stop } from "./steps.js";

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
