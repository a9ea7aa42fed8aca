import { readdir, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isSearchable, submit } from "#test/send-crash";
import { startServerProcess, temporaryDataDirectory, type ServerProcess } from "#test/server-process";

let data: Awaited<ReturnType<typeof temporaryDataDirectory>>;
let server: ServerProcess;

/** Ends the worker that starts it, when the dump says so; else it finds nothing. */
const STAND_IN = `#!/bin/sh
case "$*" in *--version*) echo stand-in; exit 0;; esac
for argument; do case "$argument" in --output-file=*) output="\${argument#*=}";; esac; done
dump="$argument"
if grep -q poison "$dump"; then kill -9 $PPID; fi
echo '{"status": "OK", "threads": [], "modules": []}' > "$output"
`;

beforeAll(async () => {
  data = await temporaryDataDirectory();
  const command = join(data.path, "stand-in");
  await writeFile(command, STAND_IN, { mode: 0o755 });
  server = await startServerProcess(data.path, { STACKWALK_COMMAND: command, PROCESSOR_MAX_ATTEMPTS: "2" });
});
afterAll(async () => {
  await server.stop();
  await data.remove();
});

describe("a crash that kills whoever processes it", () => {
  it("is tried a bounded number of times, kept with a note, and shown in quarantine; others are not held up, and the next start removes what it left behind", async () => {
    const poison = await submit(
      server.url,
      { ProductName: "Kestrel", Version: "6.6" },
      new TextEncoder().encode("poison"),
    );
    const harmless = await submit(
      server.url,
      { ProductName: "Kestrel" },
      new TextEncoder().encode("harmless"),
    );
    await expect.poll(() => isSearchable(server.url, harmless), { timeout: 30_000 }).toBe(true);
    await expect.poll(() => isSearchable(server.url, poison), { timeout: 60_000 }).toBe(true);
    const report = await (await fetch(`${server.url}/report/index/${poison}?tab=raw-data`)).text();
    expect(report).toContain("processing failed 2 times and was given up");
    expect(report).toContain("6.6");
    expect(await (await fetch(`${server.url}/quarantine`)).text()).toContain(poison);

    const leftBehind = async () => {
      const entries = await readdir(join(data.path, "processing"), { recursive: true });
      return entries.filter((entry) => basename(entry).startsWith("crash-"));
    };
    expect(await leftBehind()).not.toEqual([]);
    await server.stop();
    server = await startServerProcess(data.path);
    expect(await leftBehind()).toEqual([]);
  });
});
