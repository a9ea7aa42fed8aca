import { isJsonArray, isJsonObject, type Json, type JsonObject } from "#lib/core/json";
import { sourceOf, type Source } from "./source-link";

/** One row of a stack. */
export type FrameRow =
  | {
      readonly kind: "frame";
      readonly number: string;
      readonly module: string;
      readonly name: string;
      readonly source: Source | null;
      /** How sure the stackwalker is; `inlined` for functions inlined into the next frame. */
      readonly trust: string;
      readonly missingSymbols: boolean;
    }
  | { readonly kind: "truncated"; readonly message: string };

/** The rows of a stack: inlined functions before the frame they are in. */
export function frameRows(frames: Json | undefined): readonly FrameRow[] {
  if (!isJsonArray(frames)) return [];
  return frames.filter(isJsonObject).flatMap((frame): readonly FrameRow[] => {
    const truncated = frame.truncated;
    if (isJsonObject(truncated))
      return [{ kind: "truncated", message: textOf(truncated.msg) ?? "frames left out" }];
    const inlines = isJsonArray(frame.inlines) ? frame.inlines.filter(isJsonObject) : [];
    return [...inlines.map((inline) => inlineRow(inline, frame)), frameRow(frame)];
  });
}

function frameRow(frame: JsonObject): FrameRow {
  return {
    kind: "frame",
    number: numberOf(frame),
    module: textOf(frame.module) ?? "",
    name: frameName(frame),
    source: sourceOf(textOf(frame.file), lineOf(frame)),
    trust: textOf(frame.trust) ?? "",
    missingSymbols: frame.missing_symbols === true,
  };
}

function inlineRow(inline: JsonObject, frame: JsonObject): FrameRow {
  return {
    kind: "frame",
    number: numberOf(frame),
    module: textOf(frame.module) ?? "",
    name: tidy(textOf(inline.function) ?? ""),
    source: sourceOf(textOf(inline.file), lineOf(inline)),
    trust: "inlined",
    missingSymbols: false,
  };
}

/** What a frame is called: its function, else its line, module, unloaded module or address. */
function frameName(frame: JsonObject): string {
  const [name, file, module] = [frame.function, frame.file, frame.module].map(textOf);
  const line = lineOf(frame);
  if (name) return tidy(name);
  if (file && line !== null) return `${file}#${line}`;
  if (module) return `${module}@${shortHex(frame.module_offset)}`;
  return unloadedName(frame) ?? `@${shortHex(frame.offset)}`;
}

/** The first module that was once loaded at the frame's address. */
function unloadedName({ unloaded_modules: modules }: JsonObject): string | null {
  const [unloaded] = isJsonArray(modules) ? modules.filter(isJsonObject) : [];
  if (!unloaded) return null;
  const [offset] = isJsonArray(unloaded.offsets) ? unloaded.offsets : [];
  return `(unloaded ${textOf(unloaded.module) ?? "unknown"}@${shortHex(offset)})`;
}

/** No space before `*`, `&` and `,`, one after every comma. */
function tidy(name: string): string {
  return name.replace(/ (?=[*&,])/g, "").replace(/,(?! )/g, ", ");
}

function numberOf({ frame }: JsonObject): string {
  return typeof frame === "number" ? String(frame) : "";
}

function lineOf({ line }: JsonObject): number | null {
  return typeof line === "number" ? line : null;
}

function textOf(value: Json | undefined): string | null {
  return typeof value === "string" ? value : null;
}

function shortHex(hex: Json | undefined): string {
  return textOf(hex)?.replace(/^0x0*(?=[0-9a-fA-F])/, "0x") ?? "";
}
