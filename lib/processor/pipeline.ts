import type { Rule, RuleContext } from "./rule";

/** What the rules are run with; notes are the pipeline's. */
export interface PipelineContext extends Omit<RuleContext, "note"> {
  /** How long a rule took that applied. */
  readonly onTimed?: (rule: string, seconds: number) => void;
}

/** What the rules said beside what they wrote. */
export interface PipelineOutcome {
  /** Notes of the rules, and one for each that failed. */
  readonly notes: readonly string[];
  readonly failed: number;
}

/**
 * Runs rules one after the other over a draft. One that throws leaves a note with its own and the
 * error's name (notes are public, messages may not be) and stops no other.
 */
export async function runRules(
  ruleset: string,
  rules: readonly Rule[],
  { onTimed, ...context }: PipelineContext,
): Promise<PipelineOutcome> {
  const notes: string[] = [];
  let failed = 0;
  const ruleContext: RuleContext = { ...context, note: (text) => notes.push(text) };
  for (const rule of rules) {
    try {
      if (!(rule.applies?.(ruleContext) ?? true)) continue;
      const started = performance.now();
      try {
        await rule.run(ruleContext);
      } finally {
        onTimed?.(rule.name, (performance.now() - started) / 1000);
      }
    } catch (error) {
      failed += 1;
      notes.push(
        `ruleset '${ruleset}' rule '${rule.name}' failed: ${error instanceof Error ? error.name : typeof error}`,
      );
    }
  }
  return { notes, failed };
}
