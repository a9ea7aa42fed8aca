import { UTCDate } from "@date-fns/utc";
import { addYears } from "date-fns";

/** How often: `30m`, `12h`, `7d`, `1y`. */
export interface Frequency {
  readonly count: number;
  readonly unit: "m" | "h" | "d" | "y";
}

/** Of a day in UTC. */
export interface TimeOfDay {
  readonly hours: number;
  readonly minutes: number;
}

/** When a job runs: every so often and, where it is days or longer, at which time of day. All in UTC. */
export interface Timetable {
  readonly frequency: Frequency;
  readonly time: TimeOfDay | null;
}

/** Days of UTC all have the same length; years do not. */
const UNIT_MS = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** The moment at which a job is due again that ran at another. */
export function following(ran: Date, { frequency: { count, unit }, time }: Timetable): Date {
  const later =
    unit === "y"
      ? new Date(addYears(new UTCDate(ran), count).getTime())
      : new Date(ran.getTime() + count * UNIT_MS[unit]);
  return time ? atTime(later, time) : later;
}

/** The last moment up to this one that has the time of day; the moment itself for a job that has none. */
export function latest(moment: Date, { time }: Timetable): Date {
  if (time === null) return moment;
  const today = atTime(moment, time);
  return today <= moment ? today : new Date(today.getTime() - UNIT_MS.d);
}

/** Whether the time of day has come that a job waits for before its first run. */
export function isTimeOfDayReached(now: Date, { time }: Timetable): boolean {
  return time === null || atTime(now, time) <= now;
}

/** As a job list has it and `--list-jobs` prints it: `12h`, `1d @ 05:00`. */
export function shownTimetable({ frequency: { count, unit }, time }: Timetable): string {
  const digits = (number: number) => String(number).padStart(2, "0");
  return time ? `${count}${unit} @ ${digits(time.hours)}:${digits(time.minutes)}` : `${count}${unit}`;
}

function atTime(day: Date, { hours, minutes }: TimeOfDay): Date {
  return new Date(new Date(day).setUTCHours(hours, minutes, 0, 0));
}
