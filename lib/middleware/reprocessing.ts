import { parseCrashId } from "#lib/core/crash-id";
import { BadArgument } from "#lib/core/errors";
import type { CrashQueue, CrashTask } from "#lib/queue/queue";

/** Rulesets that may be asked for; the processor has each of them. */
export const RULESETS = ["default", "regenerate_signature"] as const;

/**
 * Has crashes processed again, each `<crash id>` or `<crash id>:<ruleset>`. All are looked at before any
 * is queued. Throws BadArgument for the first that is wrong.
 */
export async function reprocess(queue: CrashQueue, asked: readonly string[]): Promise<void> {
  await queue.publish("reprocessing", asked.map(taskOf));
}

function taskOf(text: string): CrashTask {
  const [idText = "", ruleset = "default", ...rest] = text.trim().split(":");
  const id = idText.startsWith("bp-") ? null : parseCrashId(idText);
  if (!id) throw badValue(`Crash id '${idText}' is not valid.`);
  if (rest.length > 0 || !RULESETS.some((name) => name === ruleset))
    throw badValue(`Ruleset '${[ruleset, ...rest].join(":")}' is not valid.`);
  return { id, ruleset };
}

function badValue(what: string): BadArgument {
  return new BadArgument(`Bad value for parameter(s) '${what}'`);
}
