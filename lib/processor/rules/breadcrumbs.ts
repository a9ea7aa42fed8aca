import { isJsonArray, isJsonObject, type Json, type JsonObject } from "#lib/core/json";
import { annotationText, parseJson } from "../annotations";
import type { Rule } from "../rule";

const TEXT_KEYS = ["category", "level", "message", "timestamp", "type"];

/** The trail of earlier events. */
export const breadcrumbs: Rule = {
  name: "BreadcrumbsRule",
  applies: ({ raw }) => annotationText(raw, "Breadcrumbs") !== null,
  run({ raw, draft, note }) {
    const sent = raw.Breadcrumbs;
    const value = typeof sent === "string" ? parseJson(sent) : sent;
    if (value === undefined) {
      note("Breadcrumbs: malformed: not valid json");
      return;
    }
    const list = isJsonObject(value) && isJsonArray(value.values) ? value.values : value;
    if (isJsonArray(list) && list.every(isBreadcrumb)) draft.breadcrumbs = list;
    else note("Breadcrumbs: malformed: not a list of breadcrumbs");
  },
};

function isBreadcrumb(value: Json): boolean {
  if (!isJsonObject(value)) return false;
  return TEXT_KEYS.every((key) => isTextOrAbsent(value[key])) && isData(value.data);
}

function isData(data: Json | undefined): boolean {
  return (
    data === undefined ||
    data === null ||
    (isJsonObject(data) && Object.values(data satisfies JsonObject).every(isTextOrAbsent))
  );
}

function isTextOrAbsent(value: Json | undefined): boolean {
  return value === undefined || value === null || typeof value === "string";
}
