import { z } from "zod";

const RESULTS = ["accept", "defer", "reject", "fake_accept", "continue"] as const;

/**
 * `accept`: keep and process; `defer`: keep, process when asked for; `reject`: refuse; `fake_accept`:
 * answer as if accepted and keep nothing; `continue`: let the next rules decide.
 */
export type ThrottleResult = (typeof RESULTS)[number];

interface TestBase {
  /** Name of an annotation. */
  readonly key: string;
  /** Dotted path inside the annotation's JSON. */
  readonly path?: string | undefined;
  /** Taken for a missing value; without it a missing value fits no test. */
  readonly absentAs?: string | undefined;
  readonly ignoreCase?: boolean | undefined;
}

/** What must be true of the annotations for a rule to decide. */
export type Condition =
  | { readonly always: true }
  | { readonly all: readonly Condition[] }
  | { readonly any: readonly Condition[] }
  | { readonly not: Condition }
  | (TestBase & { readonly present: boolean })
  | (TestBase & { readonly oneOf: readonly string[] })
  | (TestBase & { readonly startsWith: string })
  /** A regular expression found anywhere in the value. */
  | (TestBase & { readonly matches: string })
  /** Comes before this text in the order of characters. */
  | (TestBase & { readonly before: string })
  /** Is a whole number of at most this. */
  | (TestBase & { readonly atMost: number })
  /** Is a build id YYYYMMDDHHMMSS older than this. */
  | (TestBase & { readonly buildOlderThanDays: number });

export interface ThrottleRule {
  /** Letters, digits and underscores: clients see it. */
  readonly name: string;
  readonly when: Condition;
  /** Fixed, or drawn by lot: `then` in that percentage of cases. */
  readonly result:
    | ThrottleResult
    | { readonly percent: number; readonly then: ThrottleResult; readonly otherwise: ThrottleResult };
}

const base = {
  key: z.string().min(1),
  path: z.string().optional(),
  absentAs: z.string().optional(),
  ignoreCase: z.boolean().optional(),
};
const pattern = z.string().refine(isRegularExpression, "is not a regular expression");
const condition: z.ZodType<Condition> = z.lazy(() =>
  z.union(
    [
      z.strictObject({ always: z.literal(true) }),
      z.strictObject({ all: z.array(condition) }),
      z.strictObject({ any: z.array(condition) }),
      z.strictObject({ not: condition }),
      z.strictObject({ ...base, present: z.boolean() }),
      z.strictObject({ ...base, oneOf: z.array(z.string()) }),
      z.strictObject({ ...base, startsWith: z.string() }),
      z.strictObject({ ...base, matches: pattern }),
      z.strictObject({ ...base, before: z.string() }),
      z.strictObject({ ...base, atMost: z.number() }),
      z.strictObject({ ...base, buildOlderThanDays: z.number() }),
    ],
    "is no condition; accepted: always, all, any, not, or key with present, oneOf, startsWith, matches, before, atMost or buildOlderThanDays",
  ),
);
const result = z.enum(RESULTS);
/** Checks that something is a rule. */
export const throttleRule: z.ZodType<ThrottleRule> = z.strictObject({
  name: z.string().regex(/^[A-Za-z0-9_]+$/, "may have letters, digits and _ only"),
  when: condition,
  result: z.union(
    [result, z.strictObject({ percent: z.number().min(0).max(100), then: result, otherwise: result })],
    `is no result; accepted: ${RESULTS.join(", ")}, or percent with then and otherwise`,
  ),
});

function isRegularExpression(source: string): boolean {
  try {
    return new RegExp(source, "u").source !== "";
  } catch {
    return false;
  }
}
