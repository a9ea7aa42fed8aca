import type { CrashData } from "../crash-data";
import type { RuleTools } from "../result";
import type { Siglists } from "../siglists";

/**
 * One step of making a signature. When it throws, what it did so far stays, a note says so, and the
 * next one runs.
 */
export interface SignatureRule {
  /** As notes and debug log name it. */
  readonly name: string;
  readonly description: string;
  applies(crash: CrashData, tools: RuleTools): boolean;
  run(crash: CrashData, tools: RuleTools, siglists: Siglists): void;
}
