import { createHash } from "node:crypto";
import { isJsonObject, type Json, type JsonObject } from "#lib/core/json";
import { FIELDS } from "#lib/fields/catalogue";
import { annotationOf } from "#lib/fields/annotations";
import type { Field, IndexType } from "#lib/fields/field";

/** What an exact test, a facet and a sort of text go by. Of dates it is what facets go by: they count milliseconds. */
const EXACT_COPY = { full: { type: "keyword" } };

const types: Readonly<Record<IndexType, JsonObject>> = {
  keyword: { type: "keyword" },
  text: { type: "text", fields: EXACT_COPY },
  /** Lists come split and in lower case. */
  list: { type: "keyword" },
  boolean: { type: "boolean" },
  short: { type: "short" },
  integer: { type: "integer" },
  long: { type: "long" },
  double: { type: "double" },
  date: { type: "date_nanos", fields: EXACT_COPY },
};

/**
 * A number that orders crashes by their ids. Crashes come in the order of time and the newest are shown first, so each
 * one in turn would have its id compared: as text that takes a hundred times as long as as a number.
 */
export const CRASH_ORDER = "crash_order";

/** Annotations by name: for columns, facets and sort. */
export const ANNOTATIONS = "annotations";
/** The same as texts that begin with the name, for exact tests and patterns: by name they cannot be asked for those. */
export const ANNOTATION_VALUES = "annotation_values";
/** Their words in the same form, and their names alone. */
export const ANNOTATION_WORDS = "annotation_words";

const ONLY_SEARCHED = { type: "keyword", doc_values: false };

/** The text that stands for an annotation's value, or one of its words: no name has the sign between. */
export function annotationText(name: string, value: string): string {
  return `${name}\u001f${value}`;
}

/** Where a field's value is in a document. */
export function pathOf(field: Field): string {
  const annotation = annotationOf(field);
  return annotation === null
    ? `processed_crash.${field.indexPath ?? field.path}`
    : `${ANNOTATIONS}.${annotation}`;
}

/** Where a field's exact value is to be asked for. */
export function exactPathOf(field: Field): string {
  const hasCopy = field.index === "text" && annotationOf(field) === null;
  return hasCopy ? `${pathOf(field)}.full` : pathOf(field);
}

/** Where the values of a field are to be counted. */
export function termsPathOf(field: Field): string {
  return field.index === "date" ? `${pathOf(field)}.full` : exactPathOf(field);
}

/** The Elasticsearch type of a field. */
export function typeOf({ index }: Field): JsonObject {
  return types[index];
}

/** The mapping of an index, from the field catalogue. Anything else in a document is kept and not indexed. */
export function mapping(): JsonObject {
  const root = { dynamic: false, properties: {} };
  for (const field of FIELDS) addProperty(root, pathOf(field).split("."), typeOf(field));
  return {
    dynamic: false,
    properties: {
      ...root.properties,
      [ANNOTATIONS]: { type: "flattened", index: false },
      [ANNOTATION_VALUES]: ONLY_SEARCHED,
      [ANNOTATION_WORDS]: ONLY_SEARCHED,
      crash_id: { type: "keyword" },
      [CRASH_ORDER]: { type: "long", index: false },
      removed_fields: { type: "keyword" },
      stored_crash: { type: "object", enabled: false },
    },
  };
}

/** Tells whether an index was made with the mapping of today: the beginning of a hash, whatever the order of fields. */
export function mappingVersion(): string {
  const ordered = JSON.stringify(mapping(), (_, value: Json) =>
    isJsonObject(value) ? Object.fromEntries(Object.entries(value).sort()) : value,
  );
  return createHash("sha256").update(ordered).digest("hex").slice(0, 12);
}

interface ObjectMapping {
  readonly dynamic: boolean;
  readonly properties: Record<string, JsonObject | ObjectMapping>;
}

function addProperty(into: ObjectMapping, [step = "", ...rest]: readonly string[], leaf: JsonObject): void {
  if (rest.length === 0) {
    into.properties[step] = leaf;
    return;
  }
  const known = into.properties[step];
  const below = known && isObjectMapping(known) ? known : { dynamic: false, properties: {} };
  into.properties[step] = below;
  addProperty(below, rest, leaf);
}

function isObjectMapping(known: JsonObject | ObjectMapping): known is ObjectMapping {
  return "properties" in known;
}
