import { BadSetting } from "#lib/core/errors";
import { classNameOf, type Job, type ScheduledJob } from "./job";
import { inOrder, type OrderProblem } from "./order";
import type { Frequency, TimeOfDay, Timetable } from "./timetable";

const SYNTAX =
  "Accepted: JOB|FREQUENCY or JOB|FREQUENCY|HH:MM, such as verify-processed|1d|04:00; a frequency is a number and " +
  "m (minutes), h (hours), d (days) or y (years), and a time is for d and y only.";

/**
 * Reads a list of jobs: one a line, or separated by `,` or `;`; `#` begins a comment. A job is named as its state is, or
 * by its class with any path in front (`socorro.cron.jobs.foo.FooCronApp`). `JOB|HH:MM` means once a day. Gives the jobs
 * in the order in which they run. Throws BadSetting with line and reason.
 */
export function parseJobList(text: string, known: readonly Job[]): readonly ScheduledJob[] {
  const jobs = text.split("\n").flatMap((line, index) =>
    line
      .replace(/#.*/, "")
      .split(/[,;]/)
      .map((entry) => entry.trim())
      .filter((entry) => entry !== "")
      .map((entry) => ({ ...parseEntry(entry, index + 1, known), line: index + 1 })),
  );
  const names = jobs.map(({ job }) => job.name);
  const again = jobs.find(({ job }, index) => names.indexOf(job.name) < index);
  if (again) refuse(again.line, `"${again.job.name}" is there twice. A job has one line.`);
  const ordered = inOrder(jobs.map(({ job, timetable }) => ({ job, timetable })));
  if ("kind" in ordered) {
    const name = ordered.kind === "cycle" ? ordered.names[0] : ordered.name;
    refuse(jobs.find(({ job }) => job.name === name)?.line ?? 0, orderReason(ordered));
  }
  return ordered;
}

/** The job of a name or of a class, with any path in front; undefined when there is none. */
export function findJob<T extends { readonly job: Job }>(jobs: readonly T[], name: string): T | undefined {
  const last = name.split(".").at(-1);
  return jobs.find(({ job }) => job.name === name || classNameOf(job) === last);
}

function parseEntry(entry: string, line: number, known: readonly Job[]): ScheduledJob {
  const [name = "", ...when] = entry.split("|").map((part) => part.trim());
  const found = findJob(
    known.map((job) => ({ job })),
    name,
  );
  if (!found) refuse(line, `there is no job "${name}". Known: ${known.map((job) => job.name).join(", ")}.`);
  const timetable = parseTimetable(when);
  if (typeof timetable === "string") refuse(line, `"${entry}": ${timetable} ${SYNTAX}`);
  return { job: found.job, timetable };
}

/** A timetable, or what is wrong. */
function parseTimetable(parts: readonly string[]): Timetable | string {
  const [first = "", second, ...rest] = parts;
  if (rest.length > 0) return "it has more than three parts.";
  const onlyTime = second === undefined ? parseTime(first) : null;
  if (onlyTime) return { frequency: { count: 1, unit: "d" }, time: onlyTime };
  const frequency = parseFrequency(first);
  if (frequency === null) return `"${first}" is no frequency.`;
  if (second === undefined) return { frequency, time: null };
  const time = parseTime(second);
  if (time === null) return `"${second}" is no time of day.`;
  if (frequency.unit === "m" || frequency.unit === "h")
    return `"${first}" is not counted in days, so it cannot have a time of day.`;
  return { frequency, time };
}

function parseFrequency(text: string): Frequency | null {
  const [, count = "", unit = ""] = /^([1-9]\d{0,5})([mhdy])$/.exec(text) ?? [];
  return count === "" ? null : { count: Number(count), unit: unit as Frequency["unit"] };
}

function parseTime(text: string): TimeOfDay | null {
  const [, hours, minutes] = /^([01]?\d|2[0-3]):([0-5]\d)$/.exec(text) ?? [];
  return hours === undefined ? null : { hours: Number(hours), minutes: Number(minutes) };
}

function orderReason(problem: OrderProblem): string {
  return problem.kind === "cycle"
    ? `jobs wait for each other: ${problem.names.join(" → ")}.`
    : `"${problem.name}" depends on "${problem.dependency}", which is not in the list. Add it.`;
}

function refuse(line: number, reason: string): never {
  throw new BadSetting(`CRONTABBER_JOBS: line ${line}: ${reason}`);
}
