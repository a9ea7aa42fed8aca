import type { JobError, JobState } from "#lib/db/crontabber";
import { classNameOf, type ScheduledJob } from "./job";
import { shownTimetable } from "./timetable";

const LABEL_WIDTH = 15;

/** The jobs and what is known of them, as text for people. */
export function listedJobs(
  jobs: readonly ScheduledJob[],
  states: ReadonlyMap<string, JobState>,
  now: Date,
): string {
  return jobs
    .map((scheduled) => {
      const lines = [
        `=== JOB ${"=".repeat(72)}`,
        labelled("Class:", `crontabber.jobs.${classNameOf(scheduled.job)}`),
        labelled("App name:", scheduled.job.name),
        labelled("Frequency:", shownTimetable(scheduled.timetable)),
        ...linesOfState(states.get(scheduled.job.name), now),
      ];
      return `${lines.join("\n")}\n`;
    })
    .join("\n");
}

function linesOfState(state: JobState | undefined, now: Date): readonly string[] {
  if (!state?.firstRun && !state?.ongoing) return ["*NO PREVIOUS RUN INFO*"];
  const { ongoing, lastRun, lastSuccess, nextRun, lastError, errorCount } = state;
  return [
    ...(ongoing ? [labelled("Ongoing now!", `Started ${duration(ongoing, now)} ago`)] : []),
    labelled("Last run:", lastRun ? `${moment(lastRun)} (${duration(lastRun, now)} ago)` : "none"),
    labelled(
      "Last success:",
      lastSuccess ? `${moment(lastSuccess)} (${duration(lastSuccess, now)} ago)` : "none",
    ),
    labelled("Next run:", nextRun ? `${moment(nextRun)} (${untilNext(nextRun, now)})` : "none"),
    ...(lastError ? [labelled("Error!!", `(${errorCount} times)`), ...linesOfError(lastError)] : []),
  ];
}

function linesOfError({ type, value, traceback }: JobError): readonly string[] {
  const said = [`${type}: ${value}`];
  return [...traceback.split("\n"), ...(traceback.includes(value) ? [] : said)].map(
    (line) => `  ${line.trim()}`,
  );
}

function untilNext(next: Date, now: Date): string {
  return next > now ? `in ${duration(now, next)}` : `was ${duration(next, now)} ago`;
}

function labelled(label: string, value: string): string {
  return `${label.padEnd(LABEL_WIDTH)}${value}`;
}

function moment(date: Date): string {
  return date.toISOString().slice(0, 19).replace("T", " ");
}

const UNITS = [
  ["year", 365 * 86_400],
  ["week", 7 * 86_400],
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
  ["second", 1],
] as const;

/** The largest unit that fits and the next smaller one: `11 hours, 58 minutes`. */
function duration(from: Date, to: Date): string {
  const seconds = Math.max(0, Math.floor((to.getTime() - from.getTime()) / 1000));
  const largest = UNITS.findIndex(([, size]) => seconds >= size);
  if (largest < 0) return "0 seconds";
  let rest = seconds;
  const parts = UNITS.slice(largest, largest + 2).map(([unit, size]) => {
    const count = Math.floor(rest / size);
    rest -= count * size;
    return { count, text: `${count} ${unit}${count === 1 ? "" : "s"}` };
  });
  // Seconds matter only below a minute.
  const shown = parts.filter(
    ({ count, text }, index) => count > 0 && (index === 0 || !text.includes("second")),
  );
  return shown.map(({ text }) => text).join(", ");
}
