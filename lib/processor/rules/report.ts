import { isJsonArray, isJsonObject, type Json } from "#lib/core/json";
import { annotationObject, parseJson, wholeNumber } from "../annotations";
import type { Rule, RuleContext } from "../rule";
import { COPIED_ANNOTATIONS, type CopiedAnnotation } from "./copied-annotations";

const LONGEST_KEY = 100;

/** Which annotations and files came, by name. */
export const crashReportKeys: Rule = {
  name: "CrashReportKeysRule",
  run({ raw, dumps, draft, note }) {
    const names = [...new Set([...Object.keys(raw), ...dumps.keys()])];
    const kept = names.map((name) => name.replace(/[^A-Za-z0-9_-]/g, "").slice(0, LONGEST_KEY));
    const invalid = kept.filter((name, index) => name !== names[index]);
    if (invalid.length > 0) note(`invalidkeys: ${invalid.length}`);
    draft.crash_report_keys = [...new Set(kept.filter((name) => name !== ""))].sort();
  },
};

/** What the collector noticed. */
export const collectorMetadata: Rule = {
  name: "CollectorMetadataRule",
  run({ raw, draft }) {
    draft.collector_metadata = annotationObject(raw, "metadata") ?? {};
  },
};

/** Copies every annotation that the processed crash has as it is; one that cannot be read leaves a note and stops no other. */
export const copyAnnotations: Rule = {
  name: "CopyFromRawCrashRule",
  run(context) {
    for (const copied of COPIED_ANNOTATIONS) {
      const value = context.raw[copied.annotation] ?? copied.byDefault;
      const read = value === undefined ? undefined : readers[copied.type](value, copied, context);
      if (read !== undefined) context.draft[copied.key] = read;
    }
  },
};

type Reader = (value: Json, copied: CopiedAnnotation, context: RuleContext) => Json | undefined;

const readers: Readonly<Record<CopiedAnnotation["type"], Reader>> = {
  string: (value) => (typeof value === "string" ? value.trimEnd() : JSON.stringify(value)),
  boolean(value, { annotation }, { note }) {
    const text = (typeof value === "string" ? value : JSON.stringify(value)).toLowerCase();
    if (text === "1" || text === "true") return true;
    if (text === "0" || text === "false") return false;
    note(`${annotation} has non-boolean value`);
    return undefined;
  },
  integer(value, { annotation }, { note }) {
    const number =
      typeof value === "number" && Number.isInteger(value)
        ? value
        : wholeNumber(typeof value === "string" ? value : null);
    if (number === null) note(`${annotation} has a non-int value`);
    return number ?? undefined;
  },
  number(value, { annotation }, { note }) {
    const number = typeof value === "string" && value.trim() === "" ? Number.NaN : Number(value);
    if (Number.isFinite(number)) return number;
    note(`${annotation} has a non-float value`);
    return undefined;
  },
  object(value, { annotation, key }, { note }) {
    const parsed = typeof value === "string" ? parseJson(value) : value;
    if (parsed === undefined) note(`${annotation} value is malformed json`);
    else if (!isJsonObject(parsed) || (key === "java_exception" && !isJavaException(parsed)))
      note(`${annotation} value is malformed ${key}`);
    else return parsed;
    return undefined;
  },
};

/** `{exception: {values: [{stacktrace: {...}}, ...]}}`. */
function isJavaException(value: Json): boolean {
  const exception = isJsonObject(value) ? value.exception : undefined;
  const values = isJsonObject(exception) ? exception.values : undefined;
  return isJsonArray(values) && values.every((item) => isJsonObject(item) && isJsonObject(item.stacktrace));
}
