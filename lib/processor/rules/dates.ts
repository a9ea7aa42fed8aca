import { parseMicroseconds } from "#lib/core/time";
import { annotationInteger, annotationText, wholeNumber } from "../annotations";
import type { Rule, RuleContext } from "../rule";

const LARGEST_LONG = 2 ** 63;

/** When the crash came and happened, how old the installation was and how long the process had run, in seconds. */
export const datesAndTimes: Rule = {
  name: "DatesAndTimesRule",
  run(context) {
    const { raw, draft } = context;
    draft.submitted_timestamp = raw.submitted_timestamp;
    draft.date_processed = raw.submitted_timestamp;
    const crashTime = crashTimeOf(context);
    draft.crash_time = crashTime;
    draft.client_crash_date = isoSeconds(crashTime);
    const startup = annotationInteger(raw, "StartupTime") ?? crashTime;
    const installed = installTimeOf(context, startup);
    if (installed !== null) draft.install_age = crashTime - installed;
    draft.uptime = Math.max(0, crashTime - startup);
    draft.last_crash = lastCrashOf(context);
  },
};

function crashTimeOf({ raw, note }: RuleContext): number {
  const sent = annotationText(raw, "CrashTime");
  const submitted = Math.floor(Number((parseMicroseconds(raw.submitted_timestamp) ?? 0n) / 1_000_000n));
  if (sent === null) {
    note("WARNING: raw_crash missing 'CrashTime'");
    note("client_crash_date is unknown");
    return submitted;
  }
  const time = wholeNumber(sent.slice(0, 10));
  if (time !== null) return time;
  note("non-integer value of 'CrashTime'");
  return 0;
}

/** Null when it is said in a way nobody can read: then the age is unknown. */
function installTimeOf({ raw, note }: RuleContext, startup: number): number | null {
  const sent = annotationText(raw, "InstallTime");
  if (sent === null) return startup;
  const time = wholeNumber(sent);
  if (time === null) note("non-integer value of 'InstallTime'");
  return time;
}

function lastCrashOf({ raw, note }: RuleContext): number | null {
  const sent = annotationText(raw, "SecondsSinceLastCrash");
  const seconds = wholeNumber(sent);
  if (sent !== null && seconds === null) note("non-integer value of 'SecondsSinceLastCrash'");
  return seconds !== null && Math.abs(seconds) < LARGEST_LONG ? seconds : null;
}

/** `YYYY-MM-DDTHH:MM:SS+00:00`; the start of 1970 for a time beyond all calendars. */
function isoSeconds(epochSeconds: number): string {
  const date = new Date(epochSeconds * 1000);
  const valid =
    Number.isNaN(date.getTime()) || date.getUTCFullYear() > 9999 || date.getUTCFullYear() < 0
      ? new Date(0)
      : date;
  return `${valid.toISOString().slice(0, 19)}+00:00`;
}
