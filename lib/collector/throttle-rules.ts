import { readFile } from "node:fs/promises";
import type { z } from "zod";
import { BadSetting } from "#lib/core/errors";
import { MOZILLA_RULES } from "./mozilla-rules";
import { throttleRule, type ThrottleRule } from "./throttle-rule";

/** Keeps everything. */
export const ACCEPT_ALL: readonly ThrottleRule[] = [
  { name: "accept_everything", when: { always: true }, result: "accept" },
];

const BUILT_IN: Readonly<Record<string, readonly ThrottleRule[]>> = {
  "accept-all": ACCEPT_ALL,
  mozilla: MOZILLA_RULES,
};

/**
 * The rules that a setting names: a built-in set, or a JSON file with a list of rules. Throws
 * BadSetting naming the file, the rule and what is wrong with it.
 */
export async function loadThrottleRules(setting: string): Promise<readonly ThrottleRule[]> {
  if (Object.hasOwn(BUILT_IN, setting)) return BUILT_IN[setting] ?? ACCEPT_ALL;
  const refuse = (why: string, cause?: unknown) =>
    new BadSetting(`COLLECTOR_THROTTLE_RULES: ${setting}: ${why}`, { cause });
  let content: unknown;
  try {
    content = JSON.parse(await readFile(setting, "utf8"));
  } catch (cause) {
    const why =
      cause instanceof SyntaxError
        ? `not JSON: ${cause.message}`
        : `cannot be read. Accepted: accept-all, mozilla, or a JSON file`;
    throw refuse(why, cause);
  }
  if (!Array.isArray(content)) throw refuse("not a list of rules");
  return content.map((item: unknown, index) => {
    const checked = throttleRule.safeParse(item);
    if (checked.success) return checked.data;
    const { path, message } = closestIssue(checked.error.issues);
    throw refuse(`rule ${index + 1}: ${[...path.map(String), message].join(": ")}`, checked.error);
  });
}

type Issue = z.core.$ZodIssue;

/**
 * What to tell about a rule that is wrong. A condition that fits none of the forms is told by the one form
 * it comes close to, having a single fault; else by the list of forms.
 */
function closestIssue(issues: readonly Issue[]): {
  readonly path: readonly PropertyKey[];
  readonly message: string;
} {
  const [issue] = issues;
  if (!issue) return { path: [], message: "" };
  const near = issue.code === "invalid_union" ? issue.errors.filter(({ length }) => length === 1) : [];
  if (near.length !== 1 || !near[0]) return issue;
  const inner = closestIssue(near[0]);
  return { path: [...issue.path, ...inner.path], message: inner.message };
}
