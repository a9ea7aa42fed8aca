import { isJsonArray, isJsonObject, jsonAt, type Json, type JsonObject } from "#lib/core/json";
import { detailGroups, type DetailGroup } from "./details";
import { explainStackwalk } from "./explain-stackwalk";
import { frameRows, type FrameRow } from "./frames";
import { javaExceptions, type JavaException } from "./java";

/** One thread of a crash. */
export interface ThreadView {
  readonly index: number;
  readonly name: string | null;
  readonly crashed: boolean;
  readonly frames: readonly FrameRow[];
}

/** A module that was loaded. */
export interface ModuleView {
  readonly fileName: string;
  readonly version: string;
  readonly debugId: string;
  readonly debugFile: string;
  readonly baseAddress: string;
  readonly symbols: "loaded" | "missing" | "corrupt" | "not needed";
  /** Only http and https. */
  readonly symbolUrl: string | null;
}

/** A crash report as its page shows it. Made of redacted documents only. */
export interface ReportView {
  readonly signature: string;
  readonly product: string;
  readonly version: string;
  readonly date: string;
  /** Reason, address and system in a line; those that are known. */
  readonly gist: readonly string[];
  /** In plain words why there is no stack, or only a part; null when all went well. */
  readonly problem: string | null;
  readonly details: readonly DetailGroup[];
  readonly threads: readonly ThreadView[];
  readonly javaExceptions: readonly JavaException[];
  readonly modules: readonly ModuleView[];
  readonly annotations: readonly { readonly name: string; readonly text: string }[];
  readonly notes: readonly string[];
}

/** Annotations that the collector made. */
const COLLECTOR_KEYS = ["metadata", "uuid", "submitted_timestamp", "version"];

/** The view of a crash from what its viewer may see of it. */
export function reportView(raw: JsonObject, processed: JsonObject): ReportView {
  const text = (key: string) => textOf(processed[key]) ?? "";
  return {
    signature: text("signature"),
    product: text("product"),
    version: text("version"),
    date: text("date_processed"),
    gist: [
      text("reason"),
      text("address"),
      text("os_pretty_version"),
      text("cpu_arch"),
      text("process_type"),
    ].filter((part) => part !== "" && part !== "unknown"),
    problem: explainStackwalk(processed),
    details: detailGroups(processed),
    threads: threadsOf(processed),
    javaExceptions: javaExceptions(processed),
    modules: modulesOf(processed),
    annotations: annotationsOf(raw),
    notes: text("processor_notes")
      .split("\n")
      .filter((note) => note !== ""),
  };
}

function threadsOf(processed: JsonObject): readonly ThreadView[] {
  const threads = jsonAt(processed, "json_dump.threads");
  const crashing = processed.crashing_thread;
  if (!isJsonArray(threads)) return [];
  return threads.map((thread, index): ThreadView => {
    const { frames, thread_name: name } = isJsonObject(thread) ? thread : {};
    return { index, name: textOf(name), crashed: index === crashing, frames: frameRows(frames) };
  });
}

function modulesOf(processed: JsonObject): readonly ModuleView[] {
  const modules = jsonAt(processed, "json_dump.modules");
  if (!isJsonArray(modules)) return [];
  return modules.filter(isJsonObject).map((module): ModuleView => {
    const text = (key: string) => textOf(module[key]) ?? "";
    const url = textOf(module.symbol_url);
    return {
      fileName: text("filename"),
      version: text("version"),
      debugId: text("debug_id"),
      debugFile: text("debug_file"),
      baseAddress: text("base_addr"),
      symbols: symbolState(module),
      symbolUrl: url !== null && /^https?:\/\//.test(url) ? url : null,
    };
  });
}

function symbolState(module: JsonObject): ModuleView["symbols"] {
  if (module.corrupt_symbols === true) return "corrupt";
  if (module.missing_symbols === true) return "missing";
  return module.loaded_symbols === true ? "loaded" : "not needed";
}

function annotationsOf(raw: JsonObject): ReportView["annotations"] {
  const names = Object.keys(raw).filter((name) => !COLLECTOR_KEYS.includes(name));
  const sorted = names.sort((one, other) => one.toLowerCase().localeCompare(other.toLowerCase(), "en"));
  return sorted.map((name) => ({ name, text: textOf(raw[name]) ?? JSON.stringify(raw[name], null, 2) }));
}

function textOf(value: Json | undefined): string | null {
  return typeof value === "string" ? value : null;
}
