import type { Json } from "#lib/core/json";
import { jsonAt } from "#lib/core/json";
import type { Condition, ThrottleResult, ThrottleRule } from "./throttle-rule";

/** What the rules say of a submission. */
export interface ThrottleDecision {
  readonly result: Exclude<ThrottleResult, "continue">;
  /** Name of the rule that decided. */
  readonly rule: string;
  /** The share of such submissions that the rule keeps, when it draws lots. */
  readonly percent?: number;
}

/** Where time and chance come from. */
export interface ThrottleSources {
  readonly now: Date;
  /** A number from 0 up to but not including 1. */
  readonly random: () => number;
}

/** The first rule that fits decides, unless it says to continue. Without one the submission is rejected. */
export function throttle(
  rules: readonly ThrottleRule[],
  annotations: ReadonlyMap<string, Json>,
  sources: ThrottleSources,
): ThrottleDecision {
  for (const { name, when, result } of rules) {
    if (!holds(when, annotations, sources.now)) continue;
    const drawn =
      typeof result === "string"
        ? result
        : sources.random() * 100 < result.percent
          ? result.then
          : result.otherwise;
    if (drawn === "continue") continue;
    return { result: drawn, rule: name, ...(typeof result === "string" ? {} : { percent: result.percent }) };
  }
  return { result: "reject", rule: "NO_MATCH" };
}

function holds(condition: Condition, annotations: ReadonlyMap<string, Json>, now: Date): boolean {
  if ("always" in condition) return true;
  if ("all" in condition) return condition.all.every((part) => holds(part, annotations, now));
  if ("any" in condition) return condition.any.some((part) => holds(part, annotations, now));
  if ("not" in condition) return !holds(condition.not, annotations, now);
  const text = valueOf(condition, annotations);
  if ("present" in condition) return condition.present === (text !== null);
  return text !== null && fits(condition, text, now);
}

type Test = Extract<Condition, { readonly key: string }>;

function valueOf(test: Test, annotations: ReadonlyMap<string, Json>): string | null {
  const value = annotations.get(test.key);
  const inner = test.path === undefined ? value : jsonAt(parsed(value), test.path);
  if (inner === undefined || inner === null) return test.absentAs ?? null;
  return typeof inner === "string" ? inner : JSON.stringify(inner);
}

function parsed(value: Json | undefined): Json | undefined {
  if (typeof value !== "string") return value;
  try {
    return JSON.parse(value) as Json;
  } catch {
    return undefined;
  }
}

function fits(test: Test, text: string, now: Date): boolean {
  const fold = (value: string) => (test.ignoreCase ? value.toLowerCase() : value);
  if ("oneOf" in test) return test.oneOf.some((value) => fold(value) === fold(text));
  if ("startsWith" in test) return fold(text).startsWith(fold(test.startsWith));
  if ("matches" in test) return new RegExp(test.matches, test.ignoreCase ? "iu" : "u").test(text);
  if ("before" in test) return text < test.before;
  if ("atMost" in test) return /^-?\d+$/.test(text) && Number(text) <= test.atMost;
  return "buildOlderThanDays" in test && buildAgeDays(text, now) > test.buildOlderThanDays;
}

/** The age of a build id YYYYMMDDHHMMSS; one that is no date is of no age. */
function buildAgeDays(buildId: string, now: Date): number {
  const digits = /^(20\d\d)(\d\d)(\d\d)\d{6}$/.exec(buildId);
  const day = digits ? `${digits[1]}-${digits[2]}-${digits[3]}` : "";
  const built = new Date(`${day}T00:00:00Z`);
  if (Number.isNaN(built.getTime()) || !built.toISOString().startsWith(day)) return 0;
  return (now.getTime() - built.getTime()) / 86_400_000;
}
