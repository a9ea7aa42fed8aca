import type { Dumps, RawCrash } from "#lib/core/crash";
import { newCrashId } from "#lib/core/crash-id";
import type { JsonObject } from "#lib/core/json";
import { runRules } from "#lib/processor/pipeline";
import type { Draft, Rule } from "#lib/processor/rule";

const now = new Date("2026-11-20T12:00:00Z");

/** A raw crash of 20 November 2026 with the given annotations. */
export function rawCrash(annotations: JsonObject = {}): RawCrash {
  return {
    ...annotations,
    uuid: newCrashId(now, "0bba929f-8721-460c-8ead-a43c20261120", 0),
    submitted_timestamp: "2026-11-20T12:00:00.000123+00:00",
  };
}

export interface RuleOutcome {
  readonly draft: Draft;
  readonly notes: readonly string[];
}

/** Runs rules as the pipeline does and gives what they wrote and noted. */
export async function runOn(
  rules: Rule | readonly Rule[],
  given: {
    readonly raw?: JsonObject;
    readonly draft?: Draft;
    readonly dumps?: Dumps;
    readonly directory?: string;
  } = {},
): Promise<RuleOutcome> {
  const draft: Draft = { ...given.draft };
  const context = {
    raw: rawCrash(given.raw),
    dumps: given.dumps ?? new Map(),
    draft,
    directory: given.directory ?? "",
    now,
  };
  const { notes } = await runRules("test", [rules].flat(), context);
  return { draft, notes };
}
