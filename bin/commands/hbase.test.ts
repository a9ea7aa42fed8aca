import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { startHBaseThriftServer, type HBaseThriftServer } from "#test/services/hbase-thrift-server";
import { hbaseCommand } from "./hbase";
import { HBASE_CALLS } from "./hbase-calls";

const id = "0bba929f-8721-460c-dead-a43c20071025";
const unknown = "1bba929f-8721-460c-dead-a43c20071025";
const submitted_timestamp = "2007-10-25T01:02:03";

let server: HBaseThriftServer;
let directory: string;
beforeEach(async () => {
  server = await startHBaseThriftServer();
  directory = await mkdtemp(join(tmpdir(), "hbase-command-"));
});
afterEach(async () => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
  await server.remove();
  await rm(directory, { recursive: true });
});

const statusNow = () => process.exitCode ?? 0;

/** Runs a subcommand and gives what it printed and its status. */
async function run(...args: readonly string[]) {
  const printed: Buffer[] = [];
  const told: string[] = [];
  vi.spyOn(process.stdout, "write").mockImplementation((chunk) => printed.push(Buffer.from(chunk)) > 0);
  vi.spyOn(process.stderr, "write").mockImplementation((chunk) => told.push(String(chunk)) > 0);
  process.exitCode = undefined;
  await new Command()
    .addCommand(hbaseCommand())
    .parseAsync(["hbase", "--host", "127.0.0.1", "--port", String(server.port), "--retry", "0", ...args], {
      from: "user",
    });
  const status = statusNow();
  vi.restoreAllMocks();
  return { out: Buffer.concat(printed), told: told.join(""), status };
}

const json = async (...args: readonly string[]) => JSON.parse((await run(...args)).out.toString()) as unknown;

describe("crash-stats hbase", () => {
  it("has a subcommand for every call, and says what each does", () => {
    const names = HBASE_CALLS.map(({ usage }) => usage.split(" ")[0]);
    expect(new Set(names).size).toBe(names.length);
    const help = hbaseCommand().helpInformation();
    for (const name of names) expect(help).toContain(`  ${name} `);
  });

  it("saves a crash from files, and gives it back in every form", async () => {
    expect(await json("create-tables")).toHaveLength(9);
    const [jsonPath, dumpPath] = [join(directory, "raw.json"), join(directory, "raw.dump")];
    const raw = { submitted_timestamp, Version: "1" };
    await writeFile(jsonPath, JSON.stringify(raw));
    await writeFile(dumpPath, Buffer.of(0, 255, 10));
    expect(await run("put-json-dump-from-files", id, jsonPath, dumpPath)).toMatchObject({ status: 0 });
    expect(await json("get-json-meta", id)).toEqual(raw);
    expect((await run("get-json-meta-as-string", id)).out.toString()).toBe(JSON.stringify(raw));
    expect((await run("get-dump", id)).out).toEqual(Buffer.of(0, 255, 10));
    expect(await json("get-raw-report", id)).toEqual({
      ooid: id,
      meta_json: JSON.stringify(raw),
      dump: "AP8K",
    });
    expect(await json("get-report-processing-state", id)).toEqual(["N", "Y", submitted_timestamp]);
    expect(
      await json("merge-scan-with-prefix", "crash_reports", "071025", "raw_data", "--limit", "1"),
    ).toEqual({
      _rowkey: `0071025${id}`,
      "raw_data:dump": { base64: "AP8K" },
    });
    expect(await json("get-full-row", "metrics", "2007")).toMatchObject({
      "counters:submitted_crash_reports": 1,
    });
    await run("export-crash-to-files", id, directory);
    expect(await readFile(join(directory, `${id}.dump`))).toEqual(Buffer.of(0, 255, 10));
    expect((await run("iterator-for-all-legacy-to-be-processed", "--limit", "1")).out.toString()).toBe(
      `${id}\n`,
    );
    expect(await run("acknowledge-ooid-as-legacy-priority-job", id)).toMatchObject({ status: 1 });
  });

  it("ends with status 1 and nothing printed for an unknown crash", async () => {
    await run("create-tables");
    const calls = [
      "get-json-meta",
      "get-json-meta-as-string",
      "get-dump",
      "get-processed-json",
      "get-raw-report",
    ];
    for (const call of [...calls, "get-processed-json-as-string", "get-report-processing-state"])
      expect(await run(call, unknown)).toEqual({ out: Buffer.alloc(0), told: "Nothing found.\n", status: 1 });
  });

  it.each([
    [["get-dump", "x"], 'BadArgumentError: "x" is not a crash id.'],
    [["put-json-dump-from-files", id, "/absent", "/absent"], "ENOENT"],
    [["put-json-dump", id, "{"], "BadArgumentError: What is to be saved is not a JSON object."],
    [["get-dump", id], "StorageRefused: HBase 127.0.0.1"],
  ])("says what is wrong: %j", async (args, why) => {
    const { told, status } = await run(...args);
    expect(told).toContain(why);
    expect(status).toBe(1);
  });
});
