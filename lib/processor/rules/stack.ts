import { isJsonArray, isJsonObject, jsonAt, type Json, type JsonObject } from "#lib/core/json";
import { jsonDump, type Rule } from "../rule";
import { crashingFrames } from "./crashing-thread";

const LONGEST_SOFT_ERRORS = 4096;

/** How likely a flipped bit explains the crash, in whole percent. */
export const possibleBitFlips: Rule = {
  name: "PossibleBitFlipsRule",
  applies: ({ draft }) => isJsonArray(jsonAt(jsonDump(draft) ?? {}, "crash_info.possible_bit_flips")),
  run({ draft }) {
    const flips = jsonAt(jsonDump(draft) ?? {}, "crash_info.possible_bit_flips");
    const confidences = isJsonArray(flips)
      ? flips.flatMap((flip) =>
          isJsonObject(flip) && typeof flip.confidence === "number" ? [flip.confidence] : [],
        )
      : [];
    if (confidences.length > 0)
      draft.possible_bit_flips_max_confidence = Math.trunc(Math.max(...confidences) * 100);
  },
};

/** What does not fit together between reason, address and instruction. */
export const crashInconsistencies: Rule = {
  name: "CrashInconsistenciesRule",
  run({ draft }) {
    const found = jsonAt(jsonDump(draft) ?? {}, "crash_info.crash_inconsistencies");
    if (isJsonArray(found)) draft.crash_inconsistencies = found;
  },
};

/** Whether an access hit what is likely a guard page. */
export const guardPageAccess: Rule = {
  name: "HasGuardPageAccessRule",
  run({ draft }) {
    const accesses = jsonAt(jsonDump(draft) ?? {}, "crash_info.memory_accesses");
    if (!isJsonArray(accesses)) return;
    draft.has_guard_page_access = accesses.some(
      (access) => isJsonObject(access) && access.is_likely_guard_page === true,
    );
  },
};

export const threadCount: Rule = {
  name: "ThreadCountRule",
  applies: ({ draft }) => jsonDump(draft) !== null,
  run({ draft }) {
    draft.thread_count = jsonDump(draft)?.thread_count ?? null;
  },
};

/** The source file of the topmost function that has one. */
export const topmostFilenames: Rule = {
  name: "TopMostFilesRule",
  run({ draft }) {
    draft.topmost_filenames = null;
    const sources = crashingFrames(draft).flatMap((frame) => [...inlinesOf(frame), frame]);
    const file = sources.map((source) => source.file).find((name) => typeof name === "string" && name !== "");
    if (file !== undefined) draft.topmost_filenames = file;
  },
};

function inlinesOf(frame: JsonObject): readonly JsonObject[] {
  return isJsonArray(frame.inlines) ? frame.inlines.filter(isJsonObject) : [];
}

/** `module/debugid` of every module on the crashing stack. */
export const modulesInStack: Rule = {
  name: "ModulesInStackRule",
  applies: ({ draft }) => jsonDump(draft) !== null,
  run({ draft }) {
    const ids = new Map(modulesOf(jsonDump(draft)).map((module) => [module.filename, module.debug_id]));
    const names = new Set(crashingFrames(draft).map((frame) => frame.module));
    const found = [...names].flatMap((name) => {
      const id = ids.get(name);
      return typeof name === "string" && typeof id === "string"
        ? [`${safeFileName(name)}/${id.replace(/[^0-9A-Fa-f]/g, "")}`]
        : [];
    });
    draft.modules_in_stack = found.sort().join(";");
  },
};

/** `file/version/debugid[/codeid]` of every module whose symbols are missing. */
export const missingSymbols: Rule = {
  name: "MissingSymbolsRule",
  applies: ({ draft }) => jsonDump(draft) !== null,
  run({ draft }) {
    const missing = modulesOf(jsonDump(draft)).filter((module) => module.missing_symbols === true);
    draft.missing_symbols = missing.map(describeModule).sort().join(";");
  },
};

function describeModule(module: JsonObject): string {
  const version =
    typeof module.version === "string" && module.version !== ""
      ? module.version.replaceAll("/", "\\/")
      : "None";
  const parts = [module.filename, version, module.debug_id, module.code_id];
  return parts
    .flatMap((part) => (typeof part === "string" && part !== "" ? [part.replaceAll(";", "")] : []))
    .join("/");
}

function modulesOf(dump: JsonObject | null): readonly JsonObject[] {
  const modules = dump?.modules;
  return isJsonArray(modules) ? modules.filter(isJsonObject) : [];
}

function safeFileName(name: string): string {
  return name.replace(/[^A-Za-z0-9_.-]/g, "");
}

/** What the minidump writer had trouble with. */
export const softErrors: Rule = {
  name: "SoftErrorsRule",
  applies: ({ draft }) => hasItems(jsonDump(draft)?.soft_errors),
  run({ draft }) {
    draft.soft_errors = JSON.stringify(jsonDump(draft)?.soft_errors).slice(0, LONGEST_SOFT_ERRORS);
  },
};

function hasItems(value: Json | undefined): boolean {
  return isJsonArray(value) ? value.length > 0 : isJsonObject(value);
}
