import type { CrashData } from "./crash-data";
import type { GrowingResult, RuleTools, SignatureResult } from "./result";
import {
  abort,
  channelError,
  hungProcess,
  messageName,
  runWatchdog,
  shutdownTimeout,
} from "./rules/annotations";
import { printableOnly, singleSpaces, truncated } from "./rules/clean-up";
import { outOfMemory } from "./rules/out-of-memory";
import type { SignatureRule } from "./rules/rule";
import { badHardware, signatureGeneration, stackOverflow, stackwalkerError } from "./rules/stack";
import type { Siglists } from "./siglists";

/** All rules in the order in which they run; the last three clean up and come last always. */
export const SIGNATURE_RULES: readonly SignatureRule[] = [
  signatureGeneration,
  stackwalkerError,
  badHardware,
  outOfMemory,
  abort,
  shutdownTimeout,
  runWatchdog,
  channelError,
  messageName,
  stackOverflow,
  hungProcess,
  printableOnly,
  singleSpaces,
  truncated,
];

/** What may be different from how signatures are made by default. */
export interface SignatureOptions {
  /** In the order in which they run. */
  readonly rules?: readonly SignatureRule[];
  /** Is told of a rule that failed, beside the note that the result gets. */
  readonly onRuleFailed?: (failure: RuleFailure) => void;
}

export interface RuleFailure {
  readonly rule: string;
  readonly error: unknown;
  readonly crash: CrashData;
}

/** Makes the signature of a crash. A rule that fails leaves a note and stops no other. */
export function generateSignature(
  crash: CrashData,
  siglists: Siglists,
  { rules = SIGNATURE_RULES, onRuleFailed }: SignatureOptions = {},
): SignatureResult {
  const result: GrowingResult = { signature: "", notes: [], debugLog: [], extra: {} };
  for (const rule of rules) {
    const tools = toolsFor(rule.name, result);
    try {
      if (rule.applies(crash, tools)) rule.run(crash, tools, siglists);
    } catch (error) {
      tools.note(`Rule failed: ${error instanceof Error ? error.message : String(error)}`);
      onRuleFailed?.({ rule: rule.name, error, crash });
    }
  }
  return result;
}

function toolsFor(name: string, result: GrowingResult): RuleTools {
  const debug = (message: string) => result.debugLog.push(`${name}: ${message}`);
  return {
    result,
    set(signature) {
      debug(`change signature: "${result.signature}" -> "${signature}"`);
      result.signature = signature;
    },
    note: (message) => result.notes.push(`${name}: ${message}`),
    debug,
    extra: (values) => (result.extra = values),
    under: (ruleName) => toolsFor(ruleName, result),
  };
}
