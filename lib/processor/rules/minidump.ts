import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { MAIN_DUMP } from "#lib/core/crash";
import { isJsonArray, isJsonObject, type Json, type JsonObject } from "#lib/core/json";
import { jsonDump, type Rule } from "../rule";
import type { Stackwalk } from "../stackwalk";
import { withShortStacks } from "./crashing-thread";

type Note = (text: string) => void;

/** Walks every minidump. The main one's findings go to the top, those of the others under their names. */
export function minidumpStackwalk(stackwalk: Stackwalk): Rule {
  return {
    name: "MinidumpStackwalkRule",
    applies: ({ dumps }) => [...dumps.keys()].some(isMinidump),
    async run({ raw, dumps, draft, directory, note }) {
      const annotations = join(directory, "annotations.json");
      await writeFile(annotations, JSON.stringify(raw));
      const minidumps = [...dumps].filter(([name]) => isMinidump(name)).sort();
      for (const [name, dump] of minidumps) {
        const noteOf: Note = (text) => note(name === MAIN_DUMP ? text : `${name}: ${text}`);
        const { notes, ...found } = await stackwalk.walk(dump, annotations, directory);
        for (const text of notes) noteOf(text);
        if (name === MAIN_DUMP) Object.assign(draft, found);
        else draft[name] = { ...found, json_dump: found.json_dump && presentable(found.json_dump, noteOf) };
      }
      draft.additional_minidumps = minidumps.map(([name]) => name).filter((name) => name !== MAIN_DUMP);
    },
  };
}

function isMinidump(name: string): boolean {
  return name.startsWith(MAIN_DUMP);
}

/** What later rules do with the main dump. */
function presentable(dump: JsonObject, note: Note): JsonObject {
  return withShortStacks(withPublicUrls(dump, note), note);
}

/** Symbol addresses that only this installation knows are of no use to readers. */
export const moduleUrls: Rule = {
  name: "ModuleURLRewriteRule",
  applies: ({ draft }) => isJsonArray(jsonDump(draft)?.modules),
  run({ draft, note }) {
    draft.json_dump = withPublicUrls(jsonDump(draft) ?? {}, note);
  },
};

function withPublicUrls(dump: JsonObject, note: Note): JsonObject {
  if (!isJsonArray(dump.modules)) return dump;
  return {
    ...dump,
    modules: dump.modules.map((module) => (isJsonObject(module) ? withPublicUrl(module, note) : module)),
  };
}

function withPublicUrl(module: JsonObject, note: Note): Json {
  const url =
    typeof module.symbol_url === "string" && URL.canParse(module.symbol_url)
      ? new URL(module.symbol_url)
      : null;
  if (!url) return module;
  if (url.hostname.includes("localhost")) {
    note("Redacting symbol url from a module");
    return { ...module, symbol_url: null };
  }
  if (url.hostname === "symbols.mozilla.org") url.search = "";
  return { ...module, symbol_url: url.href };
}
