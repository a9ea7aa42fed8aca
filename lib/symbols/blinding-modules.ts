import type { ProcessedCrash } from "#lib/core/crash";
import { isJsonArray, isJsonObject, type Json, type JsonObject } from "#lib/core/json";
import { symbolModule, type SymbolModule } from "./symbol-module";

/** A module whose symbols are missing, where that hides something. */
export interface BlindingModule extends SymbolModule {
  /** Name of the file that was loaded: `xul.dll`. */
  readonly filename: string;
}

/** A program that loads more modules without symbols than that is blind in any case. */
const MOST_MODULES = 100;

/**
 * The modules that blind a crash: those with a frame on any stack of any of its dumps for which no symbols were found, or
 * broken ones. Modules without a frame would not make any stack better; those whose debug id is none cannot have symbols.
 * Each comes once, those of the crashing thread first, a hundred at most.
 */
export function blindingModules(processed: ProcessedCrash): readonly BlindingModule[] {
  const found = new Map<string, BlindingModule>();
  for (const dump of dumpsOf(processed)) {
    const missing = missingByFilename(dump);
    for (const filename of filenamesOnStacks(dump)) {
      for (const module of missing.get(filename) ?? []) found.set(JSON.stringify(module), module);
      if (found.size >= MOST_MODULES) return [...found.values()].slice(0, MOST_MODULES);
    }
  }
  return [...found.values()];
}

function dumpsOf(processed: ProcessedCrash): readonly JsonObject[] {
  const { additional_minidumps: names } = processed;
  const others = isJsonArray(names)
    ? names.map((name) => (typeof name === "string" ? processed[name] : undefined))
    : [];
  return [processed, ...others].flatMap((walked) =>
    isJsonObject(walked) && isJsonObject(walked.json_dump) ? [walked.json_dump] : [],
  );
}

function missingByFilename(dump: JsonObject): ReadonlyMap<string, readonly BlindingModule[]> {
  const byName = new Map<string, BlindingModule[]>();
  for (const { filename, debug_file, debug_id, missing_symbols, corrupt_symbols } of objects(dump.modules)) {
    if (missing_symbols !== true && corrupt_symbols !== true) continue;
    if (typeof filename !== "string" || typeof debug_id !== "string") continue;
    // The stackwalker looks for the symbols of the file itself when it has no other name for them.
    const debugFile = typeof debug_file === "string" && debug_file !== "" ? debug_file : filename;
    const module = symbolModule(debugFile, debug_id);
    if (!module) continue;
    byName.set(filename, [...(byName.get(filename) ?? []), { filename: storable(filename), ...module }]);
  }
  return byName;
}

/** Each once. */
function filenamesOnStacks(dump: JsonObject): ReadonlySet<string> {
  const threads = [dump.crashing_thread, ...objects(dump.threads)].filter(isJsonObject);
  const frames = threads.flatMap(({ frames: all }) => objects(all));
  return new Set(frames.flatMap(({ module }) => (typeof module === "string" ? [module] : [])));
}

function objects(list: Json | undefined): readonly JsonObject[] {
  return isJsonArray(list) ? list.filter(isJsonObject) : [];
}

const LONGEST_NAME = 255;

/** A dump can name a module as it likes; a database takes no NUL and no half characters. */
function storable(name: string): string {
  return name.replaceAll("\0", "").slice(0, LONGEST_NAME).toWellFormed();
}
