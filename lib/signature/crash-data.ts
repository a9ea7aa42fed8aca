import { isJsonArray, isJsonObject, jsonAt, type Json, type JsonObject } from "#lib/core/json";

/** A function inlined into a frame. */
export interface InlineFrame {
  readonly function?: Json;
  readonly file?: Json;
  readonly line?: Json;
}

/** One frame of a stack, as the stackwalker gives it. Every key may be missing or odd. */
export interface Frame extends InlineFrame {
  readonly module?: Json;
  readonly module_offset?: Json;
  readonly offset?: Json;
  readonly inlines?: Json;
  readonly unloaded_modules?: Json;
}

/**
 * What a signature is made of. Every key may be missing, which is the same as null; wrong types are
 * taken for missing or make the rule that reads them fail, and never the whole.
 */
export interface CrashData {
  /** Index into `threads`; a negative one counts from the end. */
  readonly crashing_thread?: Json;
  readonly threads?: Json;
  /** `Windows NT` makes module names lower case. */
  readonly os?: Json;
  /** The stackwalker's crash type. */
  readonly reason?: Json;
  /** Java stack as text; wins over everything. */
  readonly java_stack_trace?: Json;
  /** Java exception as an object; wins over `threads`. */
  readonly java_exception?: Json;
  readonly oom_allocation_size?: Json;
  readonly js_large_allocation_failure?: Json;
  readonly abort_message?: Json;
  /** JSON text `{phase, conditions}`. */
  readonly async_shutdown_timeout?: Json;
  readonly ipc_channel_error?: Json;
  readonly ipc_message_name?: Json;
  readonly additional_minidumps?: Json;
  readonly mdsw_status_string?: Json;
  readonly hang?: Json;
  readonly original_signature?: Json;
}

const COPIED = [
  "hang",
  "js_large_allocation_failure",
  "abort_message",
  "mdsw_status_string",
  "async_shutdown_timeout",
  "ipc_channel_error",
  "ipc_message_name",
] as const;

/** The crash data of a processed crash. */
export function crashDataFromProcessed(processed: JsonObject): CrashData {
  const at = (path: string) => jsonAt(processed, path) ?? null;
  const stackwalk = {
    crashing_thread: at("json_dump.crash_info.crashing_thread"),
    reason: at("json_dump.crash_info.type"),
    threads: at("json_dump.threads"),
    os: at("json_dump.system_info.os"),
  };
  return {
    ...Object.fromEntries(COPIED.map((key) => [key, at(key)])),
    oom_allocation_size: integerOf(at("oom_allocation_size")),
    additional_minidumps: at("additional_minidumps") ?? [],
    original_signature: at("signature") ?? "",
    ...("json_dump" in processed ? stackwalk : {}),
    ...("java_exception" in processed ? { java_exception: at("java_exception") } : {}),
    ...("java_stack_trace" in processed ? { java_stack_trace: at("java_stack_trace") } : {}),
  };
}

/** A whole number from a number, a boolean or digits; null from anything else. */
export function integerOf(value: Json | undefined): number | null {
  if (typeof value === "boolean") return Number(value);
  if (typeof value === "number") return Number.isFinite(value) ? Math.trunc(value) : null;
  return typeof value === "string" && /^\s*[+-]?\d+\s*$/.test(value) ? Number(value) : null;
}

/** The thread that crashed, or null when there is none at that place. */
export function crashingThread({ threads, crashing_thread }: CrashData): JsonObject | null {
  const index = integerOf(crashing_thread) ?? 0;
  const thread = isJsonArray(threads)
    ? threads.at(index)
    : isJsonObject(threads)
      ? threads[String(index)]
      : undefined;
  return isJsonObject(thread) ? thread : null;
}
