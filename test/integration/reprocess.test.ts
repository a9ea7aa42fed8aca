import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import type { CrashId } from "#lib/core/crash-id";
import { createToken } from "#test/crash-stats-command";
import { runCommand, startCommand } from "#test/run-command";
import { isSearchable, submit } from "#test/send-crash";
import { startServerProcess, temporaryDataDirectory, type ServerProcess } from "#test/server-process";

let data: Awaited<ReturnType<typeof temporaryDataDirectory>>;
let server: ServerProcess;
let settings: Readonly<Record<string, string>>;
let ids: readonly CrashId[];

beforeAll(async () => {
  data = await temporaryDataDirectory();
  settings = { CRASHSTATS_API_TOKEN: await createToken(data.path) };
  const first = await startServerProcess(data.path);
  ids = await Promise.all(
    Array.from({ length: 25 }, (_, index) =>
      submit(first.url, { ProductName: index < 20 ? "Kestrel" : "Talon" }),
    ),
  );
  const allIndexed = async () => {
    for (const id of ids) if (!(await isSearchable(first.url, id))) throw new Error(`${id} is not found`);
  };
  await vi.waitFor(allIndexed, { timeout: 120_000, interval: 200 });
  await first.stop();
  server = await startServerProcess(data.path, { PROCESSOR_WORKERS: "0" });
});
afterAll(async () => {
  await server.stop();
  await data.remove();
});

const queued = async (): Promise<readonly string[]> =>
  (await readdir(join(data.path, "queue", "reprocessing")))
    .flatMap((name) => name.split("_")[1] ?? [])
    .sort();
const journals = () => readdir(join(data.path, "reprocessing")).catch(() => []);
const reprocess = (...args: readonly string[]): readonly string[] => [
  "reprocess",
  "--host",
  server.url,
  ...args,
];

it("a search is reprocessed as a whole; interrupted, the same command does the rest and nothing twice", async () => {
  const command = reprocess("--query", "product=Kestrel&_results_number=3", "--chunk", "8", "--sleep", "60");
  const run = startCommand(data.path, command, { settings });
  await expect.poll(async () => (await journals()).length, { timeout: 60_000 }).toBe(1);
  run.process.kill("SIGINT");
  const { code, stdout, stderr } = await run.ended;
  expect([code, stdout]).toEqual([130, "8 put into reprocessing\n"]);
  expect(stderr).toContain("The same command again does the rest");
  const [journal = ""] = await journals();
  const written = await readFile(join(data.path, "reprocessing", journal), "utf8");
  expect(written.trim().split("\n").sort()).toEqual(await queued());

  const rest = await runCommand(data.path, [...command.slice(0, -4), "--chunk", "50"], { settings });
  expect([rest.code, rest.stdout]).toEqual([0, "12 put into reprocessing\n"]);
  expect(rest.stderr).toContain("8 were queued by the run that was interrupted.");
  expect(await queued()).toEqual(ids.slice(0, 20).sort());
  expect(await journals()).toEqual([]);
});

it("ids come from the standard input, each once, and a wrong one keeps all from being queued", async () => {
  const [one = "", two = ""] = ids.slice(20);
  const bad = await runCommand(data.path, reprocess(), { settings, input: `${one}\nbp-nonsense\n` });
  expect([bad.code, bad.stderr]).toEqual([1, expect.stringContaining('"bp-nonsense" is not a crash id')]);
  const good = await runCommand(data.path, reprocess("--ruleset", "regenerate_signature"), {
    settings,
    input: `bp-${one} # twice\n${one}\n${two}\n`,
  });
  expect([good.code, good.stdout]).toEqual([0, "2 put into reprocessing\n"]);
  expect(await queued()).toEqual([...ids.slice(0, 20), one, two].sort());
});

it("somebody without the permission is refused, and told so", async () => {
  const refused = await runCommand(data.path, reprocess(ids[0] ?? ""), {
    settings: { CRASHSTATS_API_TOKEN: "" },
  });
  expect([refused.code, refused.stdout]).toEqual([1, "0 put into reprocessing\n"]);
  expect(refused.stderr).toMatch(/answered 40[13]/);
});
