import type { JsonObject } from "#lib/core/json";

/** What the stackwalker's states mean to somebody who looks at a report. */
const EXPLANATIONS: Readonly<Record<string, string>> = {
  EmptyMinidump: "The minidump is empty: the crash reporter sent a file without content.",
  StackwalkerMissing:
    "The stackwalker is not installed on this server. The minidump is kept; the report can be processed again when it is.",
  HeaderMismatch:
    "The minidump is not a minidump: it does not begin with the bytes that every minidump begins with.",
  MissingHeader: "The minidump is too short to be one: even its header is cut off.",
  MissingDirectory: "The minidump is cut off: the list of its parts is missing.",
  MissingSystemInfo:
    "The minidump is incomplete: it does not say which system it is from. It was probably cut off on the way.",
  MissingThreadList:
    "The minidump is incomplete: it has no list of threads. It was probably cut off on the way.",
  StreamReadFailure: "A part of the minidump is damaged and could not be read.",
  StreamSizeMismatch: "A part of the minidump is damaged: its size is not what it says.",
};

/** In a sentence why a crash has no stack; null when the stackwalk went well or there was nothing to walk. */
export function explainStackwalk({
  mdsw_status_string: status,
  signature,
  success,
}: JsonObject): string | null {
  if (signature === "EMPTY: crash failed to process")
    return "This crash could not be processed. What the client said of it is shown below, and the processor notes tell what went wrong.";
  if (typeof status !== "string" || status === "OK") return null;
  const known = Object.hasOwn(EXPLANATIONS, status) ? EXPLANATIONS[status] : undefined;
  return (
    known ??
    (success === true
      ? null
      : `The stackwalker could not read the minidump (${status}). The processor notes tell more.`)
  );
}
