import { readFile } from "node:fs/promises";
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
    const { path, message } = checked.error.issues[0] ?? { path: [], message: "" };
    throw refuse(`rule ${index + 1}: ${[...path.map(String), message].join(": ")}`, checked.error);
  });
}
