// Installs what only the tests need: a browser, and the clients that others wrote for this API.
// Usage: node bin/test-tools.js
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { found, root, run, step, stop } from "./steps.js";

const BROWSERS = ["chromium", "chromium-browser", "google-chrome"];

install("a Chromium browser", "chromium", BROWSERS.some(found));
install("libcurl, which Crashpad sends with,", "libcurl4", hasLibrary("libcurl.so.4"));
step("Python clients", ".tools/python/.crash-stats-installed", ["test/requirements.txt"], () => {
  if (!found("python3"))
    stop("python3 is not installed. The tests run clients written in Python: install Python 3.9 or newer.");
  run("python3", ["-m", "venv", "--clear", ".tools/python"]);
  run(".tools/python/bin/pip", [
    "install",
    "--quiet",
    "--disable-pip-version-check",
    "-r",
    "test/requirements.txt",
  ]);
});

installS3Gateway();

/** A real S3 server over a folder. */
function installS3Gateway() {
  const version = "v1.8.0";
  const stamp = ".tools/go/.crash-stats-installed";
  step(
    `S3 gateway versitygw ${version} (compiled once, about 2 minutes)`,
    stamp,
    ["bin/test-tools.js"],
    () => {
      const go = ["go", "/usr/local/go/bin/go"].find(found);
      if (!go) stop("go is not installed. The tests run a real S3 gateway: install Go (https://go.dev).");
      run(go, ["install", `github.com/versity/versitygw/cmd/versitygw@${version}`], {
        GOBIN: join(root, ".tools/go"),
      });
    },
  );
}

function install(what, debianPackage, isInstalled) {
  if (isInstalled) return;
  const mayInstall = process.getuid?.() === 0 && found("apt-get");
  if (!mayInstall) stop(`${what} is missing. On Debian and Ubuntu: sudo apt-get install ${debianPackage}`);
  console.error(`… ${debianPackage}`);
  run("apt-get", ["update", "-qq"]);
  run("apt-get", ["install", "-y", "-qq", "--no-install-recommends", debianPackage], {
    DEBIAN_FRONTEND: "noninteractive",
  });
}

function hasLibrary(name) {
  if (process.platform !== "linux") return true;
  const { stdout } = spawnSync("/sbin/ldconfig", ["-p"], { encoding: "utf8" });
  return (stdout ?? "").includes(name);
}
