import { addMinutes } from "date-fns";
import { beforeAll, describe, expect, it } from "vitest";
import type { JobState, JobStates } from "#lib/db/crontabber";
import { createLog } from "#lib/monitoring/log";
import { random as randomOf } from "#lib/sampledata/random";
import { memoryJobStates } from "#test/memory-job-states";
import type { Job, JobServices, ScheduledJob } from "./job";
import { parseJobList } from "./job-list";
import { runDueJobs, type Crontabber } from "./runner";
import { following } from "./timetable";

const TICK_MINUTES = 20;
const DAY_MINUTES = 1440;
const LOCK_SECONDS = 7200;
const BEGIN = new Date("2026-01-01T00:00:00Z");

const SCHEDULE = `
  steady|1h
  flaky|1h;                flaky-days|1d|05:00
  filled|1h;               filled-daily|1d|05:00;  filled-slowly|2d
  after-filled|30m;        weekly|7d|06:00
  broken|2h;               after-broken|1h
`;

/** What makes each job special, and how often it fails. */
const JOBS: Readonly<Record<string, Pick<Job, "dependsOn" | "backfill"> & { readonly failures: number }>> = {
  steady: { failures: 0 },
  flaky: { failures: 0.2 },
  "flaky-days": { failures: 0.5, dependsOn: ["flaky"] },
  filled: { failures: 0.1, backfill: true },
  "filled-daily": { failures: 0.3, backfill: true, dependsOn: ["filled", "steady"] },
  "filled-slowly": { failures: 0.6, backfill: true },
  "after-filled": { failures: 0.05, dependsOn: ["filled"] },
  weekly: { failures: 0.1, dependsOn: ["filled-daily"] },
  broken: { failures: 1 },
  "after-broken": { failures: 0, dependsOn: ["broken"] },
};

/** Minutes by which every clock jumps, by the day on which it does. */
const JUMPS = new Map([
  [40, 190],
  [80, -75],
  [130, 12 * DAY_MINUTES],
  [190, -9 * DAY_MINUTES],
  [260, -30],
  [300, 2 * DAY_MINUTES],
]);

interface Run {
  readonly name: string;
  /** By the scheduler's clock. */
  readonly at: Date;
  /** Minutes that really went by since the begin. */
  readonly minute: number;
  /** Jumps of the clock before it. */
  readonly jumps: number;
}

/** A run whose end was written. */
interface Kept extends Run {
  readonly state: JobState;
}

interface Year {
  readonly jobs: readonly ScheduledJob[];
  readonly kept: readonly Kept[];
  /** Runs that began, with what was known of the job and of those it depends on when they did. */
  readonly begun: readonly (Run & { readonly before: ReadonlyMap<string, JobState> })[];
  readonly kills: number;
  /** Runs that ended too late: another scheduler had taken the job over. */
  readonly refused: number;
  readonly end: Run;
}

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await Promise.resolve();
}

/** Two schedulers over the same states for a year; they are killed, stall, and their clocks jump. */
async function simulate(seed: number): Promise<Year> {
  const random = randomOf(seed);
  const kept: Kept[] = [];
  const latest = new Map<string, JobState>();
  const begun: Year["begun"][number][] = [];
  let [minute, ahead, jumps, kills, refused] = [0, 0, 0, 0, 0];
  const now = () => addMinutes(BEGIN, minute + ahead);
  const run = (name: string): Run => ({ name, at: now(), minute, jumps });
  const memory = memoryJobStates();
  const states: JobStates = {
    ...memory,
    async list() {
      const known = await memory.list();
      // What a scheduler has read may be old by the time it takes a job.
      if (random.chance(0.01)) await turns(random.integer(1, 60));
      return known;
    },
    async keep(taken, record) {
      const isKept = await memory.keep(taken, record);
      if (!isKept) refused++;
      else {
        kept.push({ ...run(taken.state.name), state: taken.state });
        latest.set(taken.state.name, taken.state);
      }
      return isKept;
    },
  };
  const stalled: { readonly until: number; readonly goOn: () => void }[] = [];
  let kill = (): void => undefined;

  const jobs = parseJobList(
    SCHEDULE,
    Object.entries(JOBS).map(([name, { failures, ...facts }]) => ({
      ...facts,
      name,
      description: "Is simulated.",
      async run() {
        begun.push({ ...run(name), before: new Map(latest) });
        if (random.chance(0.002)) {
          kills++;
          kill();
          // Half of them are dead; the others only stalled, and end their work when nobody expects it any more.
          await new Promise<void>((goOn) => {
            if (random.chance(0.5)) stalled.push({ until: minute + random.integer(10, 400), goOn });
          });
        }
        await turns(random.integer(0, 5));
        if (random.chance(failures)) throw new Error("It fails now and then.");
        return {};
      },
    })),
  );
  const crontabber: Crontabber = {
    jobs,
    states,
    services: {} as JobServices,
    lockSeconds: LOCK_SECONDS,
    now,
    log: createLog("fatal"),
  };
  const { signal } = new AbortController();
  for (; minute < 365 * DAY_MINUTES; minute += TICK_MINUTES) {
    const jump = minute % DAY_MINUTES === 0 ? JUMPS.get(minute / DAY_MINUTES) : undefined;
    if (jump !== undefined) [ahead, jumps] = [ahead + jump, jumps + 1];
    for (const { until, goOn } of stalled.splice(0))
      if (until <= minute) goOn();
      else stalled.push({ until, goOn });
    const killed = new Promise<void>((resolve) => (kill = resolve));
    const schedulers = random.chance(0.95) ? 2 : 1;
    const passes = Array.from({ length: schedulers }, () => runDueJobs(crontabber, signal));
    await Promise.race([Promise.all(passes), killed]);
  }
  return { jobs, kept, begun, kills, refused, end: run("end") };
}

describe("a simulated year of two schedulers that are killed, stall, and whose clocks jump", () => {
  let year: Year;
  beforeAll(async () => {
    year = await simulate(1);
  }, 60_000);

  const keptOf = (name: string) => year.kept.filter((run) => run.name === name);
  const wellOf = (name: string) => keptOf(name).filter(({ state }) => state.lastError === null);
  const neighbours = (runs: readonly Kept[]) =>
    runs.slice(1).map((run, index) => [runs[index] ?? run, run] as const);
  const minutesBetween = (one: Date, other: Date) => (other.getTime() - one.getTime()) / 60_000;
  const timetableOf = (name: string) => {
    const scheduled = year.jobs.find(({ job }) => job.name === name);
    if (!scheduled) throw new Error(`There is no job ${name}.`);
    return scheduled.timetable;
  };

  it("has kills, late ends that were refused, failures, and every job but those that must not run", () => {
    expect(year.kills).toBeGreaterThan(50);
    expect(year.refused).toBeGreaterThan(5);
    expect(year.kept.filter(({ state }) => state.lastError !== null).length).toBeGreaterThan(1_000);
    const ran = new Set(year.begun.map(({ name }) => name));
    expect([...ran].sort()).toEqual(
      Object.keys(JOBS)
        .filter((name) => name !== "after-broken")
        .sort(),
    );
  });

  it("no job ran before it was due, but for a clock that had gone back", () => {
    const jumpsWhenKept = new Map(
      year.kept.map(({ state, jumps }) => [state as JobState | undefined, jumps]),
    );
    const early = year.begun.filter(({ name, at, before, jumps }) => {
      const next = before.get(name)?.nextRun;
      return next && next > at && jumpsWhenKept.get(before.get(name)) === jumps;
    });
    expect(early).toEqual([]);
  });

  it("a job that never fails ran once in each of its intervals, whatever happened to the others", () => {
    const pairs = neighbours(wellOf("steady"));
    expect(pairs.length).toBeGreaterThan(365 * 24 * 0.8);
    // Later only by a tick, by the lock of one that was killed, and by what the clock went back meanwhile.
    const longest = 60 + 2 * TICK_MINUTES + LOCK_SECONDS / 60 + 2 * 75;
    for (const [before, run] of pairs) {
      expect(run.minute - before.minute).toBeLessThanOrEqual(longest);
      const [from, to] = [before.state.lastRun ?? BEGIN, run.state.lastRun ?? BEGIN];
      if (before.jumps === run.jumps) expect(minutesBetween(from, to)).toBeGreaterThanOrEqual(60);
    }
  });

  it.each(["filled", "filled-daily", "filled-slowly"])(
    "%s was backfilled for each interval, without gaps or doubles, up to the end",
    (name) => {
      const runs = wellOf(name);
      const timetable = timetableOf(name);
      for (const [before, run] of neighbours(runs)) {
        const [from, to] = [before.state.lastSuccess, run.state.lastSuccess];
        if (!from || !to) throw new Error("A run that went well has no window.");
        const expected = following(from, timetable);
        // After the clock went back, what had been run ahead of its time is run again when that comes.
        if (to.getTime() !== expected.getTime()) {
          expect(run.jumps).toBeGreaterThan(before.jumps);
          expect(to.getTime()).toBeLessThanOrEqual(from.getTime());
        }
        expect(to.getTime()).toBeLessThanOrEqual(run.at.getTime());
      }
      const reached = runs.at(-1)?.state.lastSuccess ?? BEGIN;
      expect(minutesBetween(reached, year.end.at)).toBeLessThanOrEqual(3 * DAY_MINUTES);
    },
  );

  it("a job waited until all that it depends on had run well and were not due", () => {
    const wrong = year.begun.filter(({ name, at, before }) =>
      JOBS[name]?.dependsOn?.some((dependency) => {
        const state = before.get(dependency);
        return !state?.lastSuccess || state.lastError !== null || !state.nextRun || state.nextRun <= at;
      }),
    );
    expect(wrong).toEqual([]);
  });
});
