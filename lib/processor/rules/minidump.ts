import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { MAIN_DUMP } from "#lib/core/crash";
import { isJsonArray, isJsonObject, type Json, type JsonObject } from "#lib/core/json";
import { jsonDump, type Rule } from "../rule";
import type { Stackwalk } from "../stackwalk";

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
        const { notes, ...found } = await stackwalk.walk(dump, annotations, directory);
        for (const text of notes) note(name === MAIN_DUMP ? text : `${name}: ${text}`);
        if (name === MAIN_DUMP) Object.assign(draft, found);
        else draft[name] = found;
      }
      draft.additional_minidumps = minidumps.map(([name]) => name).filter((name) => name !== MAIN_DUMP);
    },
  };
}

function isMinidump(name: string): boolean {
  return name.startsWith(MAIN_DUMP);
}

/** Symbol addresses that only this installation knows are of no use to readers. */
export const moduleUrls: Rule = {
  name: "ModuleURLRewriteRule",
  applies: ({ draft }) => isJsonArray(jsonDump(draft)?.modules),
  run({ draft, note }) {
    const dump = jsonDump(draft) ?? {};
    const modules = isJsonArray(dump.modules) ? dump.modules : [];
    draft.json_dump = {
      ...dump,
      modules: modules.map((module) => (isJsonObject(module) ? withPublicUrl(module, note) : module)),
    };
  },
};

function withPublicUrl(module: JsonObject, note: (text: string) => void): Json {
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
