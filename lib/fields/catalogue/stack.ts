import { flag, integer, keyword, list, text } from "../builders";

/** Values of every thread; a search index has them in a place of their own. */
const ofThreads = (path: string, indexPath: string) => ({
  path: `json_dump.threads.[].${path}`,
  indexPath,
  multiple: true,
});

/** What the stackwalker and the signature generator found. */
export const stackFields = [
  text("abort_message", "Text given to the debug-break abort call."),
  keyword("address", "Faulting memory address."),
  keyword("crash_inconsistencies", "Mismatches between reason, address and instruction.", { multiple: true }),
  integer("crashing_thread", "Index of the crashing thread."),
  keyword("crashing_thread_name", "Name of the crashing thread."),
  keyword(
    "frame_file",
    "Source files of the frames of all threads.",
    ofThreads("frames.[].file", "frame_file"),
  ),
  keyword(
    "frame_function",
    "Functions of the frames of all threads.",
    ofThreads("frames.[].function", "frame_function"),
  ),
  keyword(
    "frame_module",
    "Modules of the frames of all threads.",
    ofThreads("frames.[].module", "frame_module"),
  ),
  flag("has_guard_page_access", "An access hit a probable guard page.", { access: "protected" }),
  keyword("last_error_value", "Windows GetLastError of the crashing thread."),
  text("minidump_sha256_hash", "SHA-256 of the main minidump."),
  list("missing_symbols", "Modules lacking symbols, split on `;`."),
  list("modules_in_stack", "Module/debugid pairs of the crashing stack, split on `;`."),
  text("moz_crash_reason", "Assert text, cleaned."),
  text("moz_crash_reason_raw", "Assert text, uncleaned.", { access: "protected" }),
  integer("possible_bit_flips_max_confidence", "Best bit-flip confidence, whole percent."),
  text("proto_signature", "Normalised crashing stack joined with ` | `."),
  text("reason", "Exception kind."),
  text("signature", "Crash signature, the grouping key."),
  keyword("stackwalk_version", "Stackwalker version."),
  integer("thread_count", "Number of threads."),
  keyword("thread_name", "Names of all threads.", ofThreads("thread_name", "thread_name")),
  list("topmost_filenames", "Source file of the top frame, split on `;`."),
] as const;
