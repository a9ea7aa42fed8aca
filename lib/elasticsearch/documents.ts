import { isJsonArray, isJsonObject, jsonAt, type Json, type JsonObject } from "#lib/core/json";
import { annotationOf, annotationsIn } from "#lib/fields/annotations";
import { FIELDS } from "#lib/fields/catalogue";
import type { IndexValue, SearchDocument } from "#lib/fields/document";
import type { Field } from "#lib/fields/field";
import { analyse } from "#lib/search/plan/analyse";
import {
  ANNOTATION_VALUES,
  ANNOTATION_WORDS,
  ANNOTATIONS,
  annotationText,
  CRASH_ORDER,
  pathOf,
} from "./mapping";

const places = FIELDS.map((field) => ({ field, steps: pathOf(field).split(".") }));

/** The document that Elasticsearch gets of a crash: `{crash_id, crash_order, processed_crash: {…}}`, and its annotations. */
export function sourceOf(document: SearchDocument): JsonObject {
  const source: GrowingObject = { crash_id: document.uuid, [CRASH_ORDER]: crashOrderOf(document.uuid) };
  for (const { field, steps } of places) {
    const value = document[field.name];
    if (value !== undefined) place(source, steps, written(field, value));
  }
  return { ...source, ...annotationsOf(document) };
}

function annotationsOf(document: SearchDocument): JsonObject {
  const values = annotationsIn(document);
  if (values.length === 0) return {};
  return {
    [ANNOTATIONS]: Object.fromEntries(values),
    [ANNOTATION_VALUES]: values.map(([name, value]) => annotationText(name, value)),
    [ANNOTATION_WORDS]: values.flatMap(([name, value]) => {
      return [name, ...new Set(analyse(value).map((word) => annotationText(name, word)))];
    }),
  };
}

/** The first 60 bits of a crash id, which order crashes as the ids do. */
export function crashOrderOf(id: string): string {
  return BigInt(`0x${id.replaceAll("-", "").slice(0, 15)}`).toString();
}

/** The value of a field in a document, null when there is none. A list of one is its item, an empty one nothing. */
export function valueIn(source: JsonObject, field: Field): Json {
  const annotation = annotationOf(field);
  if (annotation !== null) return annotationIn(source, annotation);
  const value = jsonAt(source, pathOf(field)) ?? null;
  if (isJsonArray(value)) return value.length > 1 ? value : (value[0] ?? null);
  return field.index === "long" && typeof value === "string" ? Number(value) : value;
}

/** A name may hold dots. */
function annotationIn({ [ANNOTATIONS]: values }: JsonObject, name: string): Json {
  return isJsonObject(values) && Object.hasOwn(values, name) ? (values[name] ?? null) : null;
}

/** A document without what is at a path, with a note of it. */
export function withoutField(source: JsonObject, path: string): JsonObject {
  const noted = typeof source.removed_fields === "string" ? [source.removed_fields] : [];
  const name = path.replace(/^processed_crash\./, "");
  return { ...without(source, path.split(".")), removed_fields: [...noted, name].join(" ") };
}

/**
 * A value as it is written. Whole numbers beyond what JavaScript writes exactly go as text, which Elasticsearch reads
 * as the same number: the shortest way to write the least 64-bit number is outside of its range.
 */
export function written({ index }: Field, value: IndexValue): Json {
  return index === "long" && typeof value === "number" && !Number.isSafeInteger(value)
    ? BigInt(value).toString()
    : value;
}

interface GrowingObject {
  [key: string]: Json | GrowingObject;
}

function place(into: GrowingObject, steps: readonly string[], value: Json): void {
  let here = into;
  for (const step of steps.slice(0, -1)) {
    const below = here[step];
    const next: GrowingObject = isJsonObject(below) ? (below as GrowingObject) : {};
    here[step] = next;
    here = next;
  }
  here[steps.at(-1) ?? ""] = value;
}

function without(source: JsonObject, [step = "", ...rest]: readonly string[]): JsonObject {
  const below = source[step];
  if (rest.length > 0 && isJsonObject(below)) return { ...source, [step]: without(below, rest) };
  return Object.fromEntries(Object.entries(source).filter(([name]) => name !== step));
}
