import { isJsonArray, isJsonObject, type Json } from "#lib/core/json";
import { crashingThread, type CrashData, type Frame } from "./crash-data";
import { normaliseCppFunction, normaliseRustFunction } from "./normalise-function";
import { pythonText } from "./python-text";
import type { Siglists } from "./siglists";
import { parseSourceFile, repairRustPanicName } from "./source-file";

const FRAMES_LOOKED_AT = 40;

/** The names of the crashing thread's first 40 frames, inline functions before the frame they are in. */
export function normalisedFrames(crash: CrashData, siglists: Siglists): readonly string[] {
  const { frames = [] } = crashingThread(crash) ?? {};
  if (!isJsonArray(frames)) throw new TypeError("the frames are not a list");
  const isWindows = crash.os === "Windows NT";
  return firstFrames(frames).map((frame) => {
    const { module } = frame;
    const isLowered = isWindows && typeof module === "string";
    return normaliseFrame(isLowered ? { ...frame, module: module.toLowerCase() } : frame, siglists);
  });
}

/** Frames after the last that is looked at may be whatever they are, and as many. */
function firstFrames(frames: readonly Json[]): readonly Frame[] {
  const first: Frame[] = [];
  for (const frame of frames) {
    first.push(...withInlines(frame));
    if (first.length >= FRAMES_LOOKED_AT) return first.slice(0, FRAMES_LOOKED_AT);
  }
  return first;
}

function withInlines(frame: Json): readonly Frame[] {
  if (!isJsonObject(frame)) throw new TypeError("a frame is not an object");
  const inlines = isJsonArray(frame.inlines) ? frame.inlines.filter(isJsonObject) : [];
  const { module = null, module_offset = null, offset = null } = frame;
  const inlined = inlines.map(({ function: name = null, file = null, line = null }) => ({
    function: name,
    file,
    line,
    module,
    module_offset,
    offset,
  }));
  return [...inlined, frame];
}

/** The name of one frame: its function, or failing that its line, module, unloaded module or address. */
export function normaliseFrame(frame: Frame, siglists: Siglists): string {
  const { module, file, line, offset } = frame;
  if (isFilled(frame.function)) return normaliseFunction(frame.function, frame, siglists);
  if (isFilled(file) && line) return `${baseName(file)}#${pythonText(line)}`;
  if (isFilled(module)) return module.replace(/^[[\]]+|[[\]]+$/g, "");
  const [unloaded] = isJsonArray(frame.unloaded_modules) ? frame.unloaded_modules : [];
  if (unloaded !== undefined)
    return `(unloaded ${pythonText(isJsonObject(unloaded) ? (unloaded.module ?? null) : null)})`;
  return offset ? `@${typeof offset === "string" ? withoutLeadingZeros(offset) : pythonText(offset)}` : "";
}

function normaliseFunction(name: string, { file, line }: Frame, siglists: Siglists): string {
  const repaired = repairRustPanicName(name, file);
  const options = { line: pythonText(line ?? null), hasLineNumber: siglists.hasLineNumber };
  const isRust = parseSourceFile(file)?.endsWith(".rs") ?? false;
  return isRust ? normaliseRustFunction(repaired, options) : normaliseCppFunction(repaired, options);
}

function isFilled(value: Json | undefined): value is string {
  return typeof value === "string" && value !== "";
}

function baseName(file: string): string {
  const path = file.replace(/[/\\]+$/, "");
  return path.slice(path.lastIndexOf(path.includes("\\") ? "\\" : "/") + 1);
}

/** `0X00AB` becomes `0xab`; what is no hexadecimal number stays. */
export function withoutLeadingZeros(offset: string): string {
  return /^(0x)?[0-9a-f]+$/i.test(offset)
    ? `0x${BigInt(`0x${offset.replace(/^0x/i, "")}`).toString(16)}`
    : offset;
}
