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

/** Makes the signature of a crash. Never throws: a rule that fails leaves a note. */
export function generateSignature(crash: CrashData, siglists: Siglists): SignatureResult {
  const result: GrowingResult = { signature: "", notes: [], debugLog: [], extra: {} };
  for (const rule of SIGNATURE_RULES) {
    const tools = toolsFor(rule.name, result);
    try {
      if (rule.applies(crash, tools)) rule.run(crash, tools, siglists);
    } catch (error) {
      tools.note(`Rule failed: ${error instanceof Error ? error.message : String(error)}`);
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
