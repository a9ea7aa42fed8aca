import { isJsonArray, isJsonObject, jsonAt, type Json } from "#lib/core/json";
import { jsonDump, type Rule } from "../rule";

/** The crash info records of macOS as JSON text. */
export const macCrashInfo: Rule = {
  name: "MacCrashInfoRule",
  run({ draft }) {
    const info = jsonDump(draft)?.mac_crash_info;
    const count = jsonAt(jsonDump(draft) ?? {}, "mac_crash_info.num_records");
    if (isJsonObject(info) && typeof count === "number" && count > 0)
      draft.mac_crash_info = JSON.stringify(sorted(info), null, 2);
    else delete draft.mac_crash_info;
  },
};

function sorted(value: Json): Json {
  if (isJsonArray(value)) return value.map(sorted);
  if (!isJsonObject(value)) return value;
  const entries = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(entries.map(([key, item]) => [key, sorted(item ?? null)]));
}
