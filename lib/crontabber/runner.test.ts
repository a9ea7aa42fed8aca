import { beforeEach, describe, expect, it } from "vitest";
import { createLog } from "#lib/monitoring/log";
import { memoryJobStates } from "#test/memory-job-states";
import type { Job, JobRun, JobServices } from "./job";
import { findJob, parseJobList } from "./job-list";
import { runDueJobs, runJob, type Crontabber, type RunOptions } from "./runner";

const never = new AbortController().signal;

let now: Date;
let states: ReturnType<typeof memoryJobStates>;
/** Names of jobs, as they ran. */
let ran: string[];
let wrong: Map<string, unknown>;
beforeEach(() => {
  now = new Date("2026-03-01T12:00:00Z");
  states = memoryJobStates();
  ran = [];
  wrong = new Map();
});

const job = (name: string, facts: Partial<Job> = {}): Job => ({
  name,
  description: "Notes that it ran.",
  run() {
    ran.push(name);
    if (wrong.has(name)) throw wrong.get(name);
    return Promise.resolve({});
  },
  ...facts,
});
const crontabber = (jobs: readonly Job[], facts: Partial<Crontabber> = {}): Crontabber => ({
  jobs: parseJobList(jobs.map(({ name }) => `${name}|1h`).join("\n"), jobs),
  states,
  services: {} as JobServices,
  lockSeconds: 7200,
  now: () => now,
  log: createLog("fatal"),
  ...facts,
});
const family = [job("child", { dependsOn: ["parent"] }), job("parent"), job("stranger")];
const runOne = (given: Crontabber, name: string, options: Partial<RunOptions> = {}) => {
  const scheduled = findJob(given.jobs, name);
  if (!scheduled) throw new Error("unreachable");
  return runJob(given, scheduled, { signal: never, ...options });
};
const stateOf = async (name: string) => (await states.list()).find((state) => state.name === name);

describe("jobs that are due", () => {
  it("run once, those that others depend on first", async () => {
    expect([...(await runDueJobs(crontabber(family), never))]).toEqual([
      ["parent", { kind: "ran", runs: 1 }],
      ["child", { kind: "ran", runs: 1 }],
      ["stranger", { kind: "ran", runs: 1 }],
    ]);
    expect([...(await runDueJobs(crontabber(family), never)).values()]).toEqual(
      family.map(() => ({ kind: "not due" })),
    );
    expect(ran).toEqual(["parent", "child", "stranger"]);
  });

  it("that fail stop those that depend on them, and no others, until they run well again", async () => {
    wrong.set("parent", new TypeError("no such thing"));
    const outcomes = await runDueJobs(crontabber(family), never);
    expect(outcomes.get("parent")).toEqual({ kind: "failed", runs: 0 });
    expect(outcomes.get("child")).toEqual({ kind: "waits", dependencies: ["parent"] });
    expect(ran).toEqual(["parent", "stranger"]);
    expect(await stateOf("parent")).toMatchObject({
      errorCount: 1,
      lastError: {
        type: "TypeError",
        value: "no such thing",
        traceback: expect.stringContaining("at ") as string,
      },
      lastSuccess: null,
      ongoing: null,
    });
    wrong.clear();
    now = new Date(now.getTime() + 300_000);
    expect((await runDueJobs(crontabber(family), never)).get("child")).toEqual({ kind: "ran", runs: 1 });
    expect(await stateOf("parent")).toMatchObject({ errorCount: 0, lastError: null });
    expect(states.log.map(({ error }) => error?.type ?? "well")).toEqual([
      "TypeError",
      "well",
      "well",
      "well",
    ]);
  });

  it("keep what was thrown even when it is no error", async () => {
    wrong.set("stranger", "just text");
    await runDueJobs(crontabber(family), never);
    expect((await stateOf("stranger"))?.lastError).toEqual({
      type: "string",
      value: "just text",
      traceback: "",
    });
  });

  it("are left to the scheduler that runs them already", async () => {
    await states.take("parent", { now, lockSeconds: 7200, owner: "another" });
    const outcomes = await runDueJobs(crontabber(family), never);
    expect(outcomes.get("parent")).toEqual({ kind: "ongoing" });
    expect(ran).toEqual(["stranger"]);
  });
});

describe("one job", () => {
  it("runs by force though it is not due and what it depends on failed; else, after a failure, out of its time", async () => {
    wrong.set("parent", new Error("no"));
    await runDueJobs(crontabber(family), never);
    ran.length = 0;
    expect(await runOne(crontabber(family), "parent")).toEqual({ kind: "not due" });
    expect(await runOne(crontabber(family), "child", { ignore: "time" })).toMatchObject({ kind: "waits" });
    expect(await runOne(crontabber(family), "child", { ignore: "everything" })).toMatchObject({
      kind: "ran",
    });
    wrong.clear();
    expect(await runOne(crontabber(family), "parent", { ignore: "time" })).toMatchObject({ kind: "ran" });
    expect(ran).toEqual(["child", "parent"]);
  });

  it("that is told to end has neither failed nor run, and is due at once", async () => {
    const stop = new AbortController();
    const patient = job("patient", {
      run: ({ signal }: JobRun) =>
        new Promise((_, reject) => {
          signal.addEventListener("abort", () => reject(new Error("I was told to end.")));
          stop.abort(new Error("stop"));
        }),
    });
    const outcomes = await runDueJobs(crontabber([patient, job("other")]), stop.signal);
    expect([...outcomes]).toEqual([["patient", { kind: "stopped" }]]);
    expect(await stateOf("patient")).toMatchObject({ errorCount: 0, nextRun: null, ongoing: null });
    expect(states.log).toEqual([]);
  });

  it("that takes longer than its lock lasts is told to end, and has failed", async () => {
    const slow = job("slow", {
      run: ({ signal }: JobRun) =>
        new Promise((resolve) => signal.addEventListener("abort", () => resolve({}))),
    });
    expect(await runOne(crontabber([slow], { lockSeconds: 0.01 }), "slow")).toMatchObject({ kind: "failed" });
    expect((await stateOf("slow"))?.lastError?.value).toBe("It took longer than 0.01 seconds.");
  });

  it("that is backfilled stops at the first run that fails, and goes on with it", async () => {
    const windows: string[] = [];
    let failing = false;
    const filled = job("filled", {
      backfill: true,
      run({ window }: JobRun) {
        windows.push(window.toISOString().slice(11, 16));
        if (failing && windows.length === 3) throw new Error("no");
        return Promise.resolve({});
      },
    });
    await runDueJobs(crontabber([filled]), never);
    now = new Date("2026-03-01T15:30:00Z");
    failing = true;
    expect(await runOne(crontabber([filled]), "filled")).toEqual({ kind: "failed", runs: 1 });
    expect(await stateOf("filled")).toMatchObject({ lastSuccess: new Date("2026-03-01T13:00:00Z") });
    failing = false;
    expect(await runOne(crontabber([filled]), "filled", { ignore: "time" })).toEqual({
      kind: "ran",
      runs: 2,
    });
    expect(windows).toEqual(["12:00", "13:00", "14:00", "14:00", "15:00"]);
    expect(await stateOf("filled")).toMatchObject({ nextRun: new Date("2026-03-01T16:00:00Z") });
  });
});
