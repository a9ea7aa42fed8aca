// Runs every check and every test, and ends with one line that adds them up: `N passed, N failed`.
// Usage: node bin/test.js [checks], on a checkout that bin/bootstrap.js has prepared; "checks" runs no test.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { driverMatrix } from "./driver-matrix.js";

const root = join(import.meta.dirname, "..");
const reports = mkdtempSync(join(tmpdir(), "crash-stats-tests-"));

const CHECKS = {
  types: ["tsc", "--noEmit"],
  lint: ["eslint", "--max-warnings", "0", "."],
  format: ["prettier", "--check", "--log-level", "warn", "."],
  dependencies: [
    "depcruise",
    "--config",
    ".dependency-cruiser.cjs",
    "app",
    "bench",
    "bin",
    "components",
    "e2e",
    "lib",
    "test",
  ],
  "unused code": ["knip"],
};

let passed = 0;
let failed = 0;
for (const [name, command] of Object.entries(CHECKS)) count(name, check(command));
if (process.argv[2] !== "checks") {
  const projects = ["unit", "integration"];
  for (const project of projects) count(project, vitest(project));
  count("browser", playwright());
  console.log(`\n${driverMatrix(projects.map(reportOf))}`);
}
rmSync(reports, { recursive: true });

console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

function count(name, result) {
  passed += result.passed;
  failed += result.failed;
  console.log(`${result.failed === 0 ? "✓" : "✗"} ${name}: ${result.passed} passed, ${result.failed} failed`);
}

function check(command) {
  return run(command) === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

function vitest(project) {
  const status = run([
    "vitest",
    "run",
    "--project",
    project,
    "--reporter=default",
    "--reporter=json",
    `--outputFile=${reportPath(project)}`,
  ]);
  const { numPassedTests, numTotalTests } = reportOf(project);
  return orFailed(status, { passed: numPassedTests, failed: numTotalTests - numPassedTests });
}

function playwright() {
  const report = reportPath("browser");
  const status = run(["playwright", "test", "--reporter=list,json"], { PLAYWRIGHT_JSON_OUTPUT_NAME: report });
  const { expected, unexpected, flaky, skipped } = reportOf("browser").stats;
  return orFailed(status, { passed: expected, failed: unexpected + flaky + skipped });
}

function reportPath(name) {
  return join(reports, `${name}.json`);
}

function reportOf(name) {
  return JSON.parse(readFileSync(reportPath(name), "utf8"));
}

/** A runner that ended badly has failed, even where no single test did; so has one that ran nothing. */
function orFailed(status, { passed, failed }) {
  return { passed, failed: failed === 0 && (status !== 0 || passed === 0) ? 1 : failed };
}

function run([command, ...args], environment = {}) {
  console.log(`\n— ${[command, ...args].join(" ")}`);
  return spawnSync(join(root, "node_modules", ".bin", command), args, {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
    env: { ...process.env, FORCE_COLOR: "0", ...environment },
  }).status;
}
