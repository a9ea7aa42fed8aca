import { BadArgument } from "#lib/core/errors";
import { formatMicroseconds, parseMicroseconds } from "#lib/core/time";
import type { Field } from "#lib/fields/field";
import { LIMITS } from "./limits";
import type { DateBound } from "./plan";
import { parseValue } from "./values";

const DAY = 86_400_000_000n;
const DEFAULT_DAYS = 7n;
const MAXIMUM_DAYS = BigInt(LIMITS.days);

interface Bound {
  readonly at: bigint;
  readonly inclusive: boolean;
}

/**
 * The date range of a search: the tightest bound on each side. A missing lower bound is 7 days before
 * the upper one, a missing upper bound is now. A range may be 365 days long, to the second;
 * throws BadArgument beyond.
 */
export function dateRange(
  field: Field,
  values: readonly string[],
  now: Date,
): { from: DateBound; to: DateBound } {
  const bounds = values.map((value) => boundOf(field, value)).filter((bound) => bound !== null);
  const upper = tightest(
    bounds.filter(({ side }) => side === "upper"),
    (a, b) => a < b,
  ) ?? { at: wholeSecondAfter(now), inclusive: true };
  const lower = tightest(
    bounds.filter(({ side }) => side === "lower"),
    (a, b) => a > b,
  ) ?? { at: upper.at - DEFAULT_DAYS * DAY, inclusive: true };
  if (upper.at - lower.at > MAXIMUM_DAYS * DAY)
    throw new BadArgument(`Date range is bigger than ${MAXIMUM_DAYS} days`);
  return { from: written(lower), to: written(upper) };
}

function boundOf(field: Field, text: string): (Bound & { readonly side: "upper" | "lower" }) | null {
  const { operator, negated, value } = parseValue(field, text);
  if (operator === "__null__") return null;
  const at = typeof value === "string" ? parseMicroseconds(value) : null;
  if (operator === "has" || at === null) throw new BadArgument("date must have a prefix operator");
  const wholeSecond = at - (at % 1_000_000n);
  const side = operator.startsWith("<") === negated ? "lower" : "upper";
  return { at: wholeSecond, inclusive: operator.endsWith("=") !== negated, side };
}

function tightest(bounds: readonly Bound[], isTighter: (a: bigint, b: bigint) => boolean): Bound | undefined {
  return bounds.reduce<Bound | undefined>((best, bound) => {
    if (!best || isTighter(bound.at, best.at)) return bound;
    return bound.at === best.at && !bound.inclusive ? bound : best;
  }, undefined);
}

function written({ at, inclusive }: Bound): DateBound {
  return { at: formatMicroseconds(at), inclusive };
}

/** So that a crash of this very second is found. */
function wholeSecondAfter(now: Date): bigint {
  return BigInt(Math.ceil(now.getTime() / 1000)) * 1_000_000n;
}
