import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { CrashId } from "#lib/core/crash-id";
import { isSearchable, submit } from "#test/send-crash";
import { startServerProcess, temporaryDataDirectory, type ServerProcess } from "#test/server-process";

let data: Awaited<ReturnType<typeof temporaryDataDirectory>>;
let server: ServerProcess;
let gate: string;

/** Says that it has begun, and waits until it may end. */
const standIn = (directory: string) => `#!/bin/sh
case "$*" in *--version*) echo stand-in; exit 0;; esac
for argument; do case "$argument" in --output-file=*) output="\${argument#*=}";; esac; done
: > "${directory}/begun-$$"
until [ -e "${directory}/open" ]; do sleep 0.05; done
echo '{"status": "OK", "threads": [], "modules": []}' > "$output"
`;

beforeEach(async () => {
  data = await temporaryDataDirectory();
  gate = join(data.path, "gate");
  await mkdir(gate);
  const command = join(data.path, "stand-in");
  await writeFile(command, standIn(gate), { mode: 0o755 });
  const settings = { STACKWALK_COMMAND: command, PROCESSOR_WORKERS: "2", LOG_LEVEL: "info" };
  server = await startServerProcess(data.path, settings);
});
afterEach(async () => {
  await server.stop();
  await data.remove();
});

const begun = async () => (await readdir(gate)).filter((name) => name.startsWith("begun-")).length;
const queued = async (): Promise<readonly string[]> =>
  (await readdir(join(data.path, "queue"), { recursive: true })).filter((name) => /-[0-9a-f]{12}/.test(name));
const send = (count: number): Promise<readonly CrashId[]> =>
  Promise.all(Array.from({ length: count }, () => submit(server.url, { ProductName: "Kestrel" }, "assert")));
const processedCrashes = async (ids: readonly CrashId[]) => {
  const files = await readdir(join(data.path, "crashes"), { recursive: true });
  return ids.filter((id) => files.some((file) => file.includes(id) && file.endsWith(".jsonz")));
};

describe("a processor that is told to stop while crashes are in work", () => {
  it.each([
    ["SIGTERM to it", (pid: number) => process.kill(pid, "SIGTERM")],
    ["SIGINT to it and its workers", (pid: number) => interruptAll(pid)],
  ])("finishes them, takes no other, and leaves nothing taken (%s)", async (_, tell) => {
    const ids = await send(30);
    await expect.poll(begun).toBe(2);
    await tell(server.pid);
    await expect.poll(() => server.log()).toContain("stopping");
    await writeFile(join(gate, "open"), "");
    expect(await server.ended()).toBe(0);

    const finished = await processedCrashes(ids);
    expect(finished.length).toBeGreaterThanOrEqual(2);
    expect(finished.length).toBe(await begun());
    expect(await queued()).toHaveLength(ids.length - finished.length);

    server = await startServerProcess(data.path, { PROCESSOR_WORKERS: "2" });
    const { url } = server;
    for (const id of ids) await expect.poll(() => isSearchable(url, id), { timeout: 60_000 }).toBe(true);
    expect(await queued()).toEqual([]);
  });
});

describe("/metrics of a server that processes", () => {
  it("has its memory, its queues, and how long each stage and rule took", async () => {
    await writeFile(join(gate, "open"), "");
    const [id] = await send(1);
    await expect.poll(() => id && isSearchable(server.url, id)).toBe(true);
    const lines = async () => (await (await fetch(`${server.url}/metrics`)).text()).split("\n");
    await expect.poll(lines).toContain('crash_stats_processor_crash_seconds_count{outcome="processed"} 1');
    const found = await lines();
    for (const stage of ["fetch", "MinidumpStackwalkRule", "SignatureGeneratorRule", "save", "index"])
      expect(found).toContain(`crash_stats_processor_stage_seconds_count{stage="${stage}"} 1`);
    expect(found).toContain('crash_stats_queue_crashes{queue="standard",state="waiting"} 0');
    expect(found.some((line) => /^process_resident_memory_bytes \d+$/.test(line))).toBe(true);
  });
});

async function interruptAll(pid: number): Promise<void> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  for (const child of pids) {
    const status = await readFile(`/proc/${child}/stat`, "utf8").catch(() => "");
    if (new RegExp(`\\(node\\) \\S+ ${pid} `).test(status)) process.kill(Number(child), "SIGINT");
  }
  process.kill(pid, "SIGINT");
}
