import { describe, expect, it } from "vitest";
import type { JobState } from "#lib/db/crontabber";
import { crontabberHealth, monitoringAnswer, nagiosAnswer } from "./health";
import type { Job } from "./job";
import { parseJobList } from "./job-list";
import { listedJobs } from "./list-jobs";
import { neverRun } from "./schedule";
import { stateDocument } from "./state-document";

const at = (text: string) => new Date(`2012-04-${text}Z`);
const now = at("05T14:51:00");
const job = (name: string, facts: Partial<Job> = {}): Job => ({
  name,
  description: `Does ${name}.`,
  run: () => Promise.resolve({}),
  ...facts,
});
const jobs = parseJobList("foo|12h\nbar|1d|05:00\nfilled|1h\nnew|1h", [
  job("foo"),
  job("bar", { dependsOn: ["foo"] }),
  job("filled", { backfill: true }),
  job("new"),
]);
const ran = {
  firstRun: at("01T00:00:00"),
  lastRun: at("05T14:49:56"),
  lastSuccess: at("05T14:49:56"),
};
const well: readonly JobState[] = [
  { ...neverRun("foo"), ...ran, nextRun: at("06T02:49:56") },
  { ...neverRun("bar"), ...ran, nextRun: at("06T05:00:00") },
  { ...neverRun("filled"), ...ran, nextRun: at("05T15:49:56") },
];
const error = {
  type: "NameError",
  value: "doesnotexist",
  traceback: "NameError: doesnotexist\n    at run (bar.ts:10:3)",
};
const with_ = (name: string, facts: Partial<JobState>) =>
  new Map(well.map((state) => [state.name, state.name === name ? { ...state, ...facts } : state]));
const failedOnce = { errorCount: 1, lastError: error };
const answers = (states: ReadonlyMap<string, JobState>) => {
  const health = crontabberHealth(jobs, states, now);
  return { nagios: nagiosAnswer(health), monitoring: monitoringAnswer(health) };
};

describe("the health of jobs", () => {
  it("is ALLGOOD when none failed, also when some never ran", () => {
    expect(answers(with_("foo", {}))).toEqual({
      nagios: { code: 0, line: "OK - All systems nominal" },
      monitoring: { status: "ALLGOOD" },
    });
  });

  it("is critical when one failed, and tells who waits for it, with no more of its error than may be known", () => {
    const { nagios, monitoring } = answers(with_("foo", failedOnce));
    expect(nagios).toEqual({ code: 2, line: "CRITICAL - foo (FooCronApp) | NameError | doesnotexist" });
    expect(monitoring).toEqual({ status: "Broken", broken: ["foo"], blocked: ["bar"], overdue: [] });
    expect(JSON.stringify(monitoring)).not.toContain("doesnotexist");
  });

  it("is a warning when only jobs failed, once, that make up for it themselves", () => {
    expect(answers(with_("filled", failedOnce)).nagios.code).toBe(1);
    expect(answers(with_("filled", { ...failedOnce, errorCount: 2 })).nagios.code).toBe(2);
  });

  it("is stale when nobody runs a job that has been due for more than two hours", () => {
    const { nagios, monitoring } = answers(with_("foo", { nextRun: at("05T12:50:00") }));
    expect(nagios).toEqual({ code: 2, line: "CRITICAL - foo is overdue: no scheduler runs it" });
    expect(monitoring).toEqual({ status: "Stale", broken: [], blocked: [], overdue: ["foo"] });
    expect(answers(with_("foo", { nextRun: at("05T12:52:00") })).nagios.code).toBe(0);
    expect(answers(with_("foo", { nextRun: at("05T12:50:00"), ongoing: now })).nagios.code).toBe(0);
  });
});

it("the list of jobs is text for people", () => {
  const states = with_("bar", {
    ...failedOnce,
    lastSuccess: null,
    nextRun: at("05T14:50:30"),
    ongoing: at("05T14:50:58"),
  });
  const rule = `=== JOB ${"=".repeat(72)}`;
  expect(listedJobs(jobs, states, now)).toBe(`${rule}
Class:         crontabber.jobs.FooCronApp
App name:      foo
Frequency:     12h
Last run:      2012-04-05 14:49:56 (1 minute ago)
Last success:  2012-04-05 14:49:56 (1 minute ago)
Next run:      2012-04-06 02:49:56 (in 11 hours, 58 minutes)

${rule}
Class:         crontabber.jobs.BarCronApp
App name:      bar
Frequency:     1d @ 05:00
Ongoing now!   Started 2 seconds ago
Last run:      2012-04-05 14:49:56 (1 minute ago)
Last success:  none
Next run:      2012-04-05 14:50:30 (was 30 seconds ago)
Error!!        (1 times)
  NameError: doesnotexist
  at run (bar.ts:10:3)

${rule}
Class:         crontabber.jobs.FilledCronApp
App name:      filled
Frequency:     1h
Last run:      2012-04-05 14:49:56 (1 minute ago)
Last success:  2012-04-05 14:49:56 (1 minute ago)
Next run:      2012-04-05 15:49:56 (in 58 minutes)

${rule}
Class:         crontabber.jobs.NewCronApp
App name:      new
Frequency:     1h
*NO PREVIOUS RUN INFO*
`);
});

it("the document of all states has the errors only for those who may see them", () => {
  const states = with_("foo", failedOnce);
  expect(stateDocument(jobs, states, { withErrors: true }).state.foo).toEqual({
    class: "FooCronApp",
    description: "Does foo.",
    frequency: "12h",
    backfill: false,
    depends_on: [],
    first_run: "2012-04-01T00:00:00+00:00",
    last_run: "2012-04-05T14:49:56+00:00",
    last_success: "2012-04-05T14:49:56+00:00",
    next_run: "2012-04-06T02:49:56+00:00",
    ongoing: null,
    error_count: 1,
    last_error: error,
  });
  const open = stateDocument(jobs, states, { withErrors: false });
  expect(open.state.foo?.last_error?.type).toBe("NameError");
  expect(JSON.stringify(open)).not.toContain("doesnotexist");
  expect(open.state.new).toMatchObject({ next_run: null, last_error: null });
});
