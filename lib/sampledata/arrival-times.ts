const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Sunday first. */
const WEEKDAYS = [0.7, 1.04, 1.1, 1.12, 1.1, 1.04, 0.74];

/** Weight of a day more than a week ago, where one of the last seven days has 1. */
const OLDER_DAYS = 0.2;

export interface ArrivalPlan {
  readonly count: number;
  /** Epoch milliseconds; nothing arrives later. */
  readonly now: number;
  readonly days: number;
}

/**
 * When each of `count` crashes arrives, in ascending order: most in the last seven days, fewer at night and at
 * weekends. `jitter` gives a number of at least 0 and less than 1 for each crash.
 */
export function* arrivalTimes(
  { count, now, days }: ArrivalPlan,
  jitter: (index: number) => number,
): Generator<Date> {
  const start = now - Math.round(days * DAY);
  const hours = Math.max(1, Math.ceil((now - start) / HOUR));
  const weights = Array.from({ length: hours }, (_, hour) => intensity(start + hour * HOUR, now));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let hour = 0;
  let before = 0;
  for (let index = 0; index < count; index += 1) {
    // Each crash has its own slice of the total, so that times ascend without being kept.
    const target = ((index + jitter(index)) / count) * total;
    while (hour < hours - 1 && before + (weights[hour] ?? 0) <= target) {
      before += weights[hour] ?? 0;
      hour += 1;
    }
    const time = start + (hour + (target - before) / (weights[hour] ?? 1)) * HOUR;
    yield new Date(Math.min(now, Math.floor(time)));
  }
}

function intensity(time: number, now: number): number {
  const date = new Date(time);
  const recency = now - time <= 7 * DAY ? 1 : OLDER_DAYS;
  const daylight = 1 + 0.55 * Math.sin(((date.getUTCHours() - 9) / 24) * 2 * Math.PI);
  return recency * daylight * (WEEKDAYS[date.getUTCDay()] ?? 1);
}
