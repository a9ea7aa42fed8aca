import { isJsonArray, isJsonObject, type Json } from "#lib/core/json";
import type { RuleTools } from "./result";

const LONGEST = 255;
const LINE_END = /\r\n|[\n\r\v\f\x85\u2028\u2029]/;

/** The signature of a Java stack trace as text: exception class, description, top method. */
export function javaTraceSignature(trace: Json, tools: RuleTools): string {
  const note = (message: string) => tools.note(`JavaSignatureTool: ${message}`);
  const [first, second] = typeof trace === "string" ? linesOf(trace) : [];
  if (first === undefined) {
    note("stack trace not in expected format");
    return "EMPTY: Java stack trace not in expected format";
  }
  const { className, description } = parseFirstLine(first, note);
  const method = methodOf(second, note);
  const signature = joinParts(className, description, method);
  if (Array.from(signature).length <= LONGEST) return signature;
  note("dropped Java exception description due to length");
  return `${className}: ${method}`;
}

function linesOf(text: string): readonly string[] {
  const lines = text.split(LINE_END);
  return (lines.at(-1) === "" ? lines.slice(0, -1) : lines).map((line) => line.trim());
}

function parseFirstLine(
  line: string,
  note: (message: string) => void,
): { className: string; description: string } {
  const colon = line.indexOf(":");
  if (colon < 0) {
    note("stack trace line 1 is not in the expected format");
    return { className: line, description: "" };
  }
  const description = line
    .slice(colon + 1)
    .trim()
    .replace(/@[0-9a-f]{8}/g, "@<addr>");
  return { className: line.slice(0, colon).trim(), description };
}

function methodOf(line: string | undefined, note: (message: string) => void): string {
  if (line === undefined) note("stack trace line 2 is missing");
  else if (line === "") note("stack trace line 2 is empty");
  return (line ?? "").replace(/\.java:\d+\)$/, ".java)");
}

/** A description that does not end in an address stands before the method without a colon: signatures in use rely on it. */
function joinParts(className: string, description: string, method: string): string {
  const filled = (parts: readonly string[]) => parts.filter((part) => part !== "");
  if (description.endsWith("<addr>")) return filled([className, description, method]).join(": ");
  return filled([className, filled([description, method]).join(" ")]).join(": ");
}

/** The signature of a structured Java exception: class and newest frame, never the message. */
export function javaExceptionSignature(exception: Json, tools: RuleTools): string {
  const trace = firstStackTrace(exception);
  if (trace === null || Object.keys(trace).length === 0) {
    tools.note("JavaExceptionSignatureTool: value not in expected format");
    return "EMPTY: Java exception not in expected format";
  }
  const { module, type = "Unknown" } = trace;
  const className = module && type ? `${textOr(module, "")}.${textOr(type, "")}` : textOr(type, "None");
  const frames = isJsonArray(trace.frames) ? trace.frames.map(frameText) : [];
  return frames.length === 0 ? className : `${className}: at ${frames[0] ?? ""}`;
}

function firstStackTrace(exception: Json) {
  const inner = isJsonObject(exception) ? exception.exception : undefined;
  const values = isJsonObject(inner) ? inner.values : undefined;
  const first = isJsonArray(values) ? values[0] : undefined;
  const trace = isJsonObject(first) ? first.stacktrace : undefined;
  return isJsonObject(trace) ? trace : null;
}

/** Throws for a frame that is none, which fails the rule. */
function frameText(frame: Json): string {
  if (!isJsonObject(frame)) throw new TypeError("a Java frame is not an object");
  const name = [frame.module, frame.function]
    .filter((part) => part)
    .map((part) => textOr(part, ""))
    .join(".");
  if (name === "") return "unknown";
  return frame.filename ? `${name}(${textOr(frame.filename, "")})` : name;
}

function textOr(value: Json | undefined, fallback: string): string {
  return typeof value === "string"
    ? value
    : value === undefined || value === null
      ? fallback
      : JSON.stringify(value);
}
