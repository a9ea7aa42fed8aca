import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** The folder this program is installed in: the nearest one above this file that has a package.json. */
export function installationDirectory(): string {
  let directory = import.meta.dirname;
  while (!existsSync(join(directory, "package.json"))) {
    const above = dirname(directory);
    if (above === directory) throw new Error(`No package.json above ${import.meta.dirname}`);
    directory = above;
  }
  return directory;
}

/** The program's version, as its package.json has it. */
export function installedVersion(): string {
  const content = JSON.parse(readFileSync(join(installationDirectory(), "package.json"), "utf8")) as {
    version: string;
  };
  return content.version;
}
