import { describe, expect, it } from "vitest";
import type { JobState } from "#lib/db/crontabber";
import type { Job, ScheduledJob } from "./job";
import { parseJobList } from "./job-list";
import { failed, isDue, neverRun, succeeded, unmetDependencies, windows } from "./schedule";

const job = (name: string, facts: Partial<Job> = {}): Job => ({
  name,
  description: "Does nothing.",
  run: () => Promise.resolve({}),
  ...facts,
});
const at = (text: string) => new Date(`2026-${text}:00Z`);
const scheduled = (when: string, facts: Partial<Job> = {}): ScheduledJob => {
  const [only] = parseJobList(`foo|${when}`, [job("foo", facts)]);
  if (!only) throw new Error("unreachable");
  return only;
};
const after = (what: ScheduledJob, ran: string, state = neverRun("foo")) =>
  succeeded(what, state, { window: at(ran), startedAt: at(ran) });
const error = { type: "Error", value: "no", traceback: "" };

describe("a job is due", () => {
  it("at once when it never ran, or after its time of day", () => {
    expect(isDue(scheduled("1h"), undefined, at("03-01T00:00"))).toBe(true);
    expect(isDue(scheduled("1d|06:00"), neverRun("foo"), at("03-01T05:59"))).toBe(false);
    expect(isDue(scheduled("1d|06:00"), neverRun("foo"), at("03-01T06:00"))).toBe(true);
  });

  it.each([
    ["30m", "03-01T12:10", "03-01T12:40"],
    ["12h", "03-01T12:10", "03-02T00:10"],
    ["2d", "02-27T12:10", "03-01T12:10"],
    ["2d|03:00", "02-27T12:10", "03-01T03:00"],
    ["06:30", "02-27T06:35", "02-28T06:30"],
    ["1y|03:00", "03-01T12:10", "03-01T03:00"],
  ])("with %s, after a run at %s, at %s in UTC", (when, ran, next) => {
    const { nextRun } = after(scheduled(when), ran);
    const year = when.startsWith("1y") ? "2027" : "2026";
    expect(nextRun?.toISOString()).toBe(`${year}-${next}:00.000Z`);
  });

  it("300 seconds after it failed, whatever its frequency", () => {
    const times = { startedAt: at("03-01T12:00"), now: at("03-01T12:10") };
    const state = failed(after(scheduled("2d"), "02-27T12:00"), error, times);
    expect(state).toMatchObject({ errorCount: 1, lastError: error, nextRun: at("03-01T12:15") });
    expect(failed(state, error, times).errorCount).toBe(2);
    expect(succeeded(scheduled("2d"), state, { ...times, window: times.now })).toMatchObject({
      errorCount: 0,
      lastError: null,
    });
  });

  it("when its next run was written by a clock that was ahead, but not for a clock that is behind a little", () => {
    const hourly = scheduled("1h");
    const state = after(hourly, "03-01T12:00");
    expect(isDue(hourly, state, at("03-01T11:58"))).toBe(false);
    expect(isDue(hourly, state, at("02-01T12:00"))).toBe(true);
  });
});

describe("a backfilled job", () => {
  const daily = scheduled("1d|06:00", { backfill: true });
  const runs = (state: JobState | undefined, now: string) =>
    [...windows(daily, state, at(now))].map((window) => window.toISOString().slice(5, 16));

  it("runs once for each day that it missed, today included", () => {
    expect(runs(after(daily, "03-02T06:00"), "03-06T06:01")).toEqual([
      "03-03T06:00",
      "03-04T06:00",
      "03-05T06:00",
      "03-06T06:00",
    ]);
  });

  it("runs for the first time for now, and after days of failures for each since the first", () => {
    expect(runs(undefined, "03-06T08:00")).toEqual(["03-06T06:00"]);
    const state = failed(neverRun("foo"), error, { startedAt: at("03-04T08:00"), now: at("03-04T08:01") });
    expect(runs(state, "03-06T08:00")).toEqual(["03-04T06:00", "03-05T06:00", "03-06T06:00"]);
  });

  it("runs for the last day again when none is missing: by force, or after the clock went back", () => {
    expect(runs(after(daily, "03-06T06:00"), "03-06T08:00")).toEqual(["03-06T06:00"]);
    expect(runs(after(daily, "03-16T06:00"), "03-06T08:00")).toEqual(["03-06T06:00"]);
  });

  it("is done with what it missed one by one: a failure in the middle goes on there", () => {
    const state = after(daily, "03-03T06:00", after(daily, "03-02T06:00"));
    const times = { startedAt: at("03-06T06:01"), now: at("03-06T06:01") };
    expect(runs(failed(state, error, times), "03-06T06:07")[0]).toBe("03-04T06:00");
  });

  it("that is not backfilled runs once, however much it missed", () => {
    const plain = scheduled("1d|06:00");
    expect([...windows(plain, after(plain, "03-02T06:00"), at("03-06T06:01"))]).toEqual([at("03-06T06:01")]);
  });
});

describe("a job that depends on another waits", () => {
  const jobs = parseJobList("bar|1h\nfoo|1h", [job("foo"), job("bar", { dependsOn: ["foo"] })]);
  const [foo, bar] = jobs;
  if (!foo || !bar) throw new Error("unreachable");
  const good = after(foo, "03-01T12:00");
  const failedSince = failed(good, error, { startedAt: at("03-01T13:00"), now: at("03-01T13:00") });

  it.each([
    ["when that never ran", undefined, "03-01T12:10", true],
    ["not when that ran well and is not due", good, "03-01T12:10", false],
    ["when that is due", good, "03-01T13:00", true],
    ["when that failed, before and after it is tried again", failedSince, "03-01T13:01", true],
  ])("%s", (_, state, now, waits) => {
    const states = new Map(state ? [["foo", state]] : []);
    expect(unmetDependencies(bar, jobs, states, at(now))).toEqual(waits ? ["foo"] : []);
  });
});
