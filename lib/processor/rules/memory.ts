import { annotationText, wholeNumber } from "../annotations";
import type { Rule } from "../rule";

/** What the probabilistic heap checker knew of the address. */
export const heapChecker: Rule = {
  name: "PHCRule",
  applies: ({ raw }) => annotationText(raw, "PHCKind") !== null,
  run({ raw, draft, note }) {
    draft.phc_kind = annotationText(raw, "PHCKind");
    const address = wholeNumber(annotationText(raw, "PHCBaseAddress"));
    if (address !== null)
      draft.phc_base_address = `0x${BigInt(annotationText(raw, "PHCBaseAddress")?.trim() ?? 0).toString(16)}`;
    else if (annotationText(raw, "PHCBaseAddress") !== null) note("PHCBaseAddress is not an integer");
    const size = wholeNumber(annotationText(raw, "PHCUsableSize"));
    if (size !== null) draft.phc_usable_size = size;
    for (const [key, annotation] of [
      ["phc_alloc_stack", "PHCAllocStack"],
      ["phc_free_stack", "PHCFreeStack"],
    ] as const) {
      const stack = annotationText(raw, annotation);
      if (stack !== null) draft[key] = stack;
    }
  },
};

/** Assertion texts that hold what the person was doing start like this. */
const REVEALING = ["Failed to load module", "byte index", "do not use eval with system privileges"];

/** The text of the assertion that ended the program: as sent for those who may see it, cleaned for everybody. */
export const crashReason: Rule = {
  name: "MozCrashReasonRule",
  applies: ({ raw }) => annotationText(raw, "MozCrashReason") !== null,
  run({ raw, draft }) {
    const reason = annotationText(raw, "MozCrashReason") ?? "";
    draft.moz_crash_reason_raw = reason;
    draft.moz_crash_reason = REVEALING.some((start) => reason.startsWith(start))
      ? "sanitized--see moz_crash_reason_raw"
      : reason;
  },
};
