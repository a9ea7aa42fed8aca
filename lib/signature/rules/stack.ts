import { crashingThread } from "../crash-data";
import { javaExceptionSignature, javaTraceSignature } from "../java-signature";
import { isSomething, pythonText } from "../python-text";
import { stackSignature } from "../stack-signature";
import type { SignatureRule } from "./rule";

/** Makes the first signature. */
export const signatureGeneration: SignatureRule = {
  name: "SignatureGenerationRule",
  description:
    "Makes a signature from the Java stack trace, the Java exception or the crashing thread's frames.",
  applies: () => true,
  run(crash, tools, siglists) {
    const { java_stack_trace: trace = null, java_exception: exception = null } = crash;
    if (isSomething(trace)) {
      tools.debug("using JavaSignatureTool");
      tools.set(javaTraceSignature(trace, tools));
    } else if (isSomething(exception)) {
      tools.debug("using JavaExceptionSignatureTool");
      tools.set(javaExceptionSignature(exception, tools));
    } else {
      tools.debug("using CSignatureTool");
      const signature = stackSignature(crash, siglists, tools);
      // A stack that has no name at all leaves what a watchdog was found in.
      if (signature !== "") tools.set(signature);
    }
  },
};

export const stackwalkerError: SignatureRule = {
  name: "StackwalkerErrorSignatureRule",
  description: "Adds the stackwalker's status to a signature that is EMPTY.",
  applies: (crash, { result }) =>
    result.signature.startsWith("EMPTY") && isSomething(crash.mdsw_status_string),
  run: (crash, tools) =>
    tools.set(`${tools.result.signature}; ${pythonText(crash.mdsw_status_string ?? null)}`),
};

export const stackOverflow: SignatureRule = {
  name: "StackOverflowSignature",
  description: "Marks a stack overflow.",
  applies: ({ reason }) => reason === "EXCEPTION_STACK_OVERFLOW",
  run: (_crash, tools) => tools.set(`stackoverflow | ${tools.result.signature}`),
};

export const badHardware: SignatureRule = {
  name: "BadHardware",
  description: "Marks a crash that a failing device caused.",
  applies({ reason }) {
    if (!reason) return false;
    if (typeof reason !== "string") throw new TypeError("the reason is not text");
    return reason.includes("STATUS_DEVICE_DATA_ERROR");
  },
  run: (_crash, tools) => tools.set(`bad hardware | ${tools.result.signature}`),
};

/** The last error of the crashing thread, on Windows. */
export function lastError(crash: Parameters<typeof crashingThread>[0]): string | null {
  const value = crashingThread(crash)?.last_error_value;
  return typeof value === "string" ? value : null;
}
