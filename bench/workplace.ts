import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { cpus } from "node:os";
import { resolve } from "node:path";
import { promisify } from "node:util";
import { startServerProcess, type ServerProcess } from "#test/server-process";

/** Runs something with a folder of its own on the disk of the checkout, and removes the folder. */
export async function withDirectory<T>(work: (directory: string) => Promise<T>): Promise<T> {
  await mkdir(".data", { recursive: true });
  const directory = resolve(await mkdtemp(".data/bench-"));
  try {
    return await work(directory);
  } finally {
    await rm(directory, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** What the figures belong to. */
export async function machine(): Promise<string> {
  const fileSystem = await promisify(execFile)("stat", ["-f", "-c", "%T", "."]).then(
    ({ stdout }) => stdout.trim(),
    () => "unknown",
  );
  const model = cpus()[0]?.model ?? "unknown processor";
  return `${model}, ${cpus().length} cores, Node ${process.versions.node}, file system ${fileSystem}`;
}

/** Runs something with a server over a data folder, and stops it. Each answer is made anew, as it is to be measured. */
export async function withServer<T>(
  dataDirectory: string,
  work: (url: string, server: ServerProcess) => Promise<T>,
  settings: Readonly<Record<string, string>> = {},
): Promise<T> {
  const server = await startServerProcess(dataDirectory, { MIDDLEWARE_CACHE_BYTES: "0", ...settings });
  try {
    return await work(server.url, server);
  } finally {
    await server.stop();
  }
}
