// Installs what only the tests need: a browser, and the clients that others wrote for this API.
// Usage: node bin/test-tools.js
import { spawnSync } from "node:child_process";
import { existsSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { found, root, run, step, stop } from "./steps.js";

const BROWSERS = ["chromium", "chromium-browser", "google-chrome"];

install("a Chromium browser", "chromium", BROWSERS.some(found));
install("libcurl, which Crashpad sends with,", "libcurl4", hasLibrary("libcurl.so.4"));
step("Python clients", ".tools/python/.crash-stats-installed", ["test/requirements.txt"], () =>
  installPython(".tools/python", "test/requirements.txt"),
);
// It has a command fetch-data as crashstats-tools has: both cannot be in one environment.
step("siggen", ".tools/siggen/.crash-stats-installed", ["test/siggen/requirements.txt"], () =>
  installPython(".tools/siggen", "test/siggen/requirements.txt"),
);
installS3Gateway();
install("PostgreSQL", "postgresql", existsSync("/usr/lib/postgresql"));
install("RabbitMQ", "rabbitmq-server", existsSync("/usr/lib/rabbitmq/bin/rabbitmq-server"));
install("Java", "openjdk-17-jre-headless", found("java"));
install("Maven, which fetches Elasticsearch,", "maven", found("mvn"));
install("unzip", "unzip", found("unzip"));
installElasticsearch();

function installPython(environment, requirements) {
  if (!found("python3"))
    stop("python3 is not installed. The tests run programs written in Python: install Python 3.9 or newer.");
  run("python3", ["-m", "venv", "--clear", environment]);
  run(join(environment, "bin/pip"), [
    "install",
    "--quiet",
    "--disable-pip-version-check",
    "-r",
    requirements,
  ]);
}

/** The core server, unpacked where the user that it runs as can read it, wherever this checkout is. */
function installElasticsearch() {
  const version = "8.19.21";
  const [stamp, link] = [".tools/.elasticsearch-installed", join(root, ".tools/elasticsearch")];
  const home = join(tmpdir(), `crash-stats-elasticsearch-${version}`);
  if (!existsSync(link)) rmSync(join(root, stamp), { force: true });
  step(`Elasticsearch ${version}`, stamp, ["bin/test-tools.js"], () => {
    const artifact = `org.elasticsearch.distribution.integ-test-zip:elasticsearch:${version}:zip`;
    const archives = join(root, ".tools/archives");
    run("mvn", ["-q", "-B", "dependency:copy", `-Dartifact=${artifact}`, `-DoutputDirectory=${archives}`]);
    rmSync(home, { recursive: true, force: true });
    run("unzip", ["-q", join(archives, `elasticsearch-${version}.zip`), "-d", home]);
    rmSync(archives, { recursive: true });
    rmSync(link, { force: true });
    symlinkSync(join(home, `elasticsearch-${version}`), link);
  });
}

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
