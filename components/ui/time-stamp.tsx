const UNITS = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
] as const;

const relative = new Intl.RelativeTimeFormat("en", { style: "narrow" });

/** How long ago, in the largest unit that fits. */
function ago(date: Date, now: Date): string {
  const seconds = (date.getTime() - now.getTime()) / 1000;
  const [unit, size] = UNITS.find(([, length]) => Math.abs(seconds) >= length) ?? ["second", 1];
  return relative.format(Math.round(seconds / size), unit);
}

interface TimeStampProps {
  /** ISO 8601. */
  readonly date: string;
  readonly now: Date;
  /** The day is enough. */
  readonly dayOnly?: boolean;
}

/** A moment in UTC, and how long ago it was. */
export function TimeStamp({ date, now, dayOnly = false }: TimeStampProps) {
  const parsed = new Date(date);
  if (Number.isNaN(parsed.getTime())) return <>{date}</>;
  const iso = parsed.toISOString();
  const text = dayOnly ? iso.slice(0, 10) : `${iso.slice(0, 10)} ${iso.slice(11, 19)}`;
  return (
    <time dateTime={iso} title={`${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC`}>
      {text} <span className="muted">{ago(parsed, now)}</span>
    </time>
  );
}
