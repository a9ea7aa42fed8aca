import { describe, expect, it } from "vitest";
import type { Job } from "./job";
import { findJob, parseJobList } from "./job-list";
import { shownTimetable } from "./timetable";

const job = (name: string, ...dependsOn: string[]): Job => ({
  name,
  description: "Does nothing.",
  dependsOn,
  run: () => Promise.resolve({}),
});
const known = [
  job("foo"),
  job("bar", "foo"),
  job("move-things", "bar"),
  job("hen", "egg"),
  job("egg", "hen"),
];
const shown = (text: string) =>
  parseJobList(text, known).map(
    (scheduled) => `${scheduled.job.name} ${shownTimetable(scheduled.timetable)}`,
  );

describe("a list of jobs", () => {
  it("has one a line, or separated by commas and semicolons, with comments", () => {
    expect(shown("# jobs\nfoo|12h # often\n\n bar | 1d ; move-things|2d|3:05,")).toEqual([
      "foo 12h",
      "bar 1d",
      "move-things 2d @ 03:05",
    ]);
    expect(shown("#")).toEqual([]);
  });

  it("may name jobs by their class, wherever that is, and leave out that it is once a day", () => {
    expect(shown("socorro.cron.jobs.foo.FooCronApp|30m, BarCronApp|05:00")).toEqual([
      "foo 30m",
      "bar 1d @ 05:00",
    ]);
    const jobs = parseJobList("foo|1h\nbar|1h\nmove-things|1y", known);
    expect(findJob(jobs, "any.path.MoveThingsCronApp")?.job.name).toBe("move-things");
    expect(findJob(jobs, "movethings")).toBeUndefined();
  });

  it("is run so that each job comes after those it depends on", () => {
    expect(shown("move-things|1h\nbar|1h\nfoo|1h")).toEqual(["foo 1h", "bar 1h", "move-things 1h"]);
  });

  it.each([
    ["foo", 'line 1: "foo": "" is no frequency'],
    ["\nfoo|1w", 'line 2: "foo|1w": "1w" is no frequency'],
    ["foo|0d", '"0d" is no frequency'],
    ["foo|-1d", '"-1d" is no frequency'],
    ["foo|1d|24:00", '"24:00" is no time of day'],
    ["foo|1d|03:60", '"03:60" is no time of day'],
    ["foo|12h|03:00", '"12h" is not counted in days, so it cannot have a time of day'],
    ["foo|1d|03:00|x", "more than three parts"],
    ["foo|1h\nbaz|1h", 'line 2: there is no job "baz". Known: foo, bar, move-things, hen, egg.'],
    ["foo|1h\nfoo|2h", 'line 2: "foo" is there twice'],
    ["\nbar|1h", 'line 2: "bar" depends on "foo", which is not in the list'],
    ["foo|1h\nhen|1h\negg|1h", "line 2: jobs wait for each other: hen → egg → hen."],
  ])("is refused, with line and reason: %j", (text, reason) => {
    expect(() => parseJobList(text, known)).toThrow(reason);
    expect(() => parseJobList(text, known)).toThrow(/^CRONTABBER_JOBS: line \d+: /);
  });
});
