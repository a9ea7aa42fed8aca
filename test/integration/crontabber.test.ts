import { afterAll, afterEach, beforeEach, describe, expect, inject, it } from "vitest";
import { databaseJobStates, type JobStates } from "#lib/db/crontabber";
import type { Database } from "#lib/db/database";
import { openDatabase } from "#lib/db/open-database";
import { ownIndexTemplate, removeIndices } from "#test/elasticsearch-index";
import { runCommand } from "#test/run-command";
import { startServerProcess, temporaryDataDirectory } from "#test/server-process";
import { createScratchDatabase, type ScratchDatabase } from "#test/services/scratch-database";

const JOBS = "update-missing|1h, cleanse-cronlog|7d|05:00, expire-index|1h";

let data: Awaited<ReturnType<typeof temporaryDataDirectory>>;
let scratch: ScratchDatabase;
beforeEach(async () => {
  data = await temporaryDataDirectory();
  scratch = await createScratchDatabase(inject("databaseUrl"));
});
afterEach(async () => {
  await data.remove();
  await scratch.drop();
});

const crontabber = (settings: Readonly<Record<string, string>>, ...options: readonly string[]) =>
  runCommand(data.path, ["crontabber", ...options], {
    settings: { CRONTABBER_JOBS: JOBS, DATABASE_URL: scratch.url, ...settings },
  });
const state = async (settings: Readonly<Record<string, string>> = {}) => {
  const { stdout } = await crontabber(settings, "--list-jobs", "--json");
  return (JSON.parse(stdout) as { state: Record<string, Record<string, unknown>> }).state;
};

describe("crash-stats crontabber", () => {
  it("runs jobs over the embedded database, too", async () => {
    const embedded = { DATABASE_URL: "" };
    expect((await crontabber(embedded)).code).toBe(0);
    expect((await state(embedded))["update-missing"]?.last_success).not.toBeNull();
    expect((await state())["update-missing"]?.last_success).toBeNull();
  });

  it("runs what is due once, and tells what it knows", async () => {
    expect(await crontabber({})).toMatchObject({ code: 0, stderr: "" });
    const before = await state();
    expect(before["update-missing"]).toMatchObject({ frequency: "1h", error_count: 0, last_error: null });
    expect(before["update-missing"]?.last_success).not.toBeNull();
    expect((await crontabber({})).stdout).toBe("");
    expect((await crontabber({}, "--job", "update-missing")).stdout).toBe("update-missing: not due\n");
    const forced = await crontabber({}, "--job=crontabber.jobs.UpdateMissingCronApp", "--force");
    expect(forced).toMatchObject({ code: 0, stdout: "update-missing: ran\n" });
    expect((await state())["update-missing"]?.last_run).not.toBe(before["update-missing"]?.last_run);
    expect((await crontabber({}, "-l")).stdout).toContain(
      "App name:      update-missing\nFrequency:     1h\nLast run: ",
    );
    expect(await crontabber({}, "--nagios")).toMatchObject({ code: 0, stdout: "OK - All systems nominal\n" });
  });

  it("forgets a job, counts one as run, and finds states without a job", async () => {
    await crontabber({}, "--mark-success", "cleanse-cronlog");
    expect((await state())["cleanse-cronlog"]?.last_success).not.toBeNull();
    const shorter = { CRONTABBER_JOBS: "update-missing|1h" };
    expect((await crontabber(shorter, "--audit-ghosts")).stdout).toBe("cleanse-cronlog\n");
    expect((await crontabber(shorter, "--reset-job", "cleanse-cronlog")).code).toBe(0);
    expect((await crontabber(shorter, "--audit-ghosts")).stdout).toBe("");
    expect((await crontabber({}, "--reset", "update-missing")).stdout).toBe("update-missing had never run\n");
  });

  it.each([
    [["--reset", "nothing"], 'There is no job "nothing". Known: update-missing'],
    [["--job", "nothing"], 'There is no job "nothing". Known: update-missing'],
    [["--mark-success", "nothing"], 'There is no job "nothing". Known: update-missing'],
    [["--force"], "--force is for one job: name it with --job."],
    [["--loop"], "ELASTICSEARCH_URL: not set, and a crontabber process of its own cannot use the embedded"],
  ])("refuses %j in one line", async (options, reason) => {
    const { code, stderr } = await crontabber({}, ...options);
    expect(code).toBe(1);
    expect(stderr).toContain(reason);
    expect(stderr.trim().split("\n")).toHaveLength(1);
  });

  it("--configtest is silent when the list is good, and names line and reason when it is not", async () => {
    expect(await crontabber({}, "--configtest")).toEqual({ code: 0, stdout: "", stderr: "" });
    const bad = await crontabber({ CRONTABBER_JOBS: "# jobs\nupdate-missing|1h|03:00" }, "--configtest");
    expect(bad).toMatchObject({ code: 1, stdout: "" });
    expect(bad.stderr).toMatch(/^CRONTABBER_JOBS: line 2: .*"1h" is not counted in days/);
  });

  it("ends with 1 when a job failed, and with 2 for Nagios; the job named is then tried again at once", async () => {
    const jobs = { CRONTABBER_JOBS: "verify-processed|1h" };
    await crontabber(jobs, "--mark-success", "verify-processed");
    expect((await crontabber(jobs, "--job", "verify-processed")).stdout).toContain("not due");
    const CRASHSTORAGE = "s3(bucket=crashes, endpoint=http://127.0.0.1:9, region=us-east-1)";
    const keys = { AWS_ACCESS_KEY_ID: "a", AWS_SECRET_ACCESS_KEY: "b" };
    const failing = { ...jobs, ...keys, CRASHSTORAGE };
    expect(await crontabber(failing, "--job", "verify-processed", "--force")).toMatchObject({ code: 1 });
    expect((await crontabber(jobs, "--list-jobs")).stdout).toContain("Error!!        (1 times)\n");
    expect((await crontabber(jobs, "--nagios")).code).toBe(1);
    expect(await crontabber(failing, "--job", "verify-processed")).toMatchObject({ code: 1 });
    expect((await crontabber(jobs, "--nagios")).code).toBe(2);
    expect((await crontabber(jobs, "--job", "verify-processed")).code).toBe(0);
    expect((await crontabber(jobs, "--nagios")).code).toBe(0);
  });
});

describe("crash-stats crontabber --loop, on servers", () => {
  const template = ownIndexTemplate();
  let database: Database;
  let states: JobStates;
  let settings: Readonly<Record<string, string>>;
  beforeEach(async () => {
    database = await openDatabase({ databaseUrl: scratch.url, dataDirectory: "/nowhere" });
    states = databaseJobStates(database);
    settings = {
      CRONTABBER_JOBS: JOBS,
      DATABASE_URL: scratch.url,
      ELASTICSEARCH_URL: inject("elasticsearchUrl"),
      ELASTICSEARCH_INDEX: template,
      RETENTION_INDEX_DAYS: "30",
    };
  });
  afterEach(() => database.close());
  afterAll(() => removeIndices(inject("elasticsearchUrl"), template));

  it("runs each job once though there are several of them, says so, and ends when it is asked to", async () => {
    const start = () => startServerProcess(data.path, settings, ["crontabber", "--loop", "--interval", "1"]);
    const loops = await Promise.all([start(), start(), start()]);
    const ran = async () =>
      (await states.list()).filter(({ lastSuccess, ongoing }) => lastSuccess && !ongoing);
    await expect.poll(async () => (await ran()).length, { timeout: 60_000 }).toBeGreaterThanOrEqual(2);
    const log = await database.client.crontabberRun.groupBy({ by: ["name"], _count: true });
    expect(log.map(({ _count }) => _count)).toEqual(log.map(() => 1));
    const answer = await fetch(`${loops[0].url}/monitoring/crontabber/`);
    expect([answer.status, await answer.json()]).toEqual([200, { status: "ALLGOOD" }]);
    expect(await Promise.all(loops.map((loop) => loop.stop()))).toEqual([0, 0, 0]);
  });

  it("a job that another scheduler runs is left alone: --job ends with 3, and nobody marks it", async () => {
    await states.take("update-missing", { now: new Date(), lockSeconds: 7200, owner: "another" });
    expect((await crontabber(settings, "--job", "update-missing", "--force")).code).toBe(3);
    expect((await crontabber(settings, "--mark-success", "update-missing")).code).toBe(3);
  });
});
