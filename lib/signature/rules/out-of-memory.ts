import type { CrashData } from "../crash-data";
import { isSomething } from "../python-text";
import type { SignatureRule } from "./rule";
import { lastError } from "./stack";

/** Allocations up to this size, in bytes, are small: it is not they that used up the memory. */
const LARGEST_SMALL_ALLOCATION = 262_144;

const OUT_OF_MEMORY_FRAMES = [
  "NS_ABORT_OOM",
  "mozalloc_handle_oom",
  "CrashAtUnhandlableOOM",
  "AutoEnterOOMUnsafeRegion",
  "alloc::oom::oom",
];
const OUT_OF_MEMORY_ERRORS = ["ERROR_COMMITMENT_LIMIT", "ERROR_NOT_ENOUGH_MEMORY"];
const OUT_OF_MEMORY_REASONS = ["STATUS_FATAL_MEMORY_EXHAUSTION", "STATUS_NO_MEMORY"];

export const outOfMemory: SignatureRule = {
  name: "OOMSignature",
  description: "Marks a crash for want of memory, by the size of the allocation that failed.",
  applies(crash, { result: { signature } }) {
    if (isSomething(crash.oom_allocation_size)) return true;
    if (signature === "") return false;
    return (
      OUT_OF_MEMORY_FRAMES.some((frame) => signature.includes(frame)) ||
      OUT_OF_MEMORY_ERRORS.includes(lastError(crash) ?? "") ||
      OUT_OF_MEMORY_REASONS.some((reason) => reason === crash.reason) ||
      crash.js_large_allocation_failure === "Reporting"
    );
  },
  run(crash, tools) {
    const { signature } = tools.result;
    if (crash.js_large_allocation_failure === "Reporting") {
      tools.set(`OOM | large | ${signature}`);
      return;
    }
    const size = sizeOf(crash);
    if (size === null) tools.set(`OOM | unknown | ${signature}`);
    else tools.set(size <= LARGEST_SMALL_ALLOCATION ? "OOM | small" : `OOM | large | ${signature}`);
  },
};

/** Null when there is none; throws for text that is no number, which fails the rule. */
function sizeOf({ oom_allocation_size: size }: CrashData): number | null {
  if (typeof size === "number") return Math.trunc(size);
  if (typeof size === "boolean") return Number(size);
  if (typeof size !== "string") return null;
  if (!/^\s*[+-]?\d+\s*$/.test(size)) throw new TypeError(`the allocation size is not a number`);
  return Number(size);
}
