import { isJsonArray, isJsonObject, jsonAt, type Json, type JsonObject } from "#lib/core/json";

/** An exception of a Java crash; the first is the one that ended the program. */
export interface JavaException {
  readonly name: string;
  /** Null where the viewer may not see it. */
  readonly message: string | null;
  readonly frames: readonly JavaFrame[];
}

export interface JavaFrame {
  readonly method: string;
  readonly source: string;
  readonly inApp: boolean | null;
}

/** The exceptions of a processed crash that has any. */
export function javaExceptions(processed: JsonObject): readonly JavaException[] {
  const values = jsonAt(processed, "java_exception.exception.values");
  if (!isJsonArray(values)) return [];
  return values.flatMap((value) =>
    isJsonObject(value) && isJsonObject(value.stacktrace) ? [exceptionOf(value.stacktrace)] : [],
  );
}

function exceptionOf(trace: JsonObject): JavaException {
  const frames = isJsonArray(trace.frames) ? trace.frames.filter(isJsonObject) : [];
  return {
    name: joined([trace.module, trace.type], ".") || "Unknown exception",
    message: typeof trace.value === "string" ? trace.value : null,
    frames: frames.map((frame) => ({
      method: joined([frame.module, frame.function], ".") || "unknown",
      source: joined(
        [frame.filename, typeof frame.lineno === "number" ? String(frame.lineno) : undefined],
        ":",
      ),
      inApp: typeof frame.in_app === "boolean" ? frame.in_app : null,
    })),
  };
}

function joined(parts: readonly (Json | undefined)[], separator: string): string {
  return parts.flatMap((part) => (typeof part === "string" && part !== "" ? [part] : [])).join(separator);
}
