import type { RawCrash } from "#lib/core/crash";
import type { Field } from "./field";
import { RAW_CRASH_KEYS } from "./keys";

/** Searching by an annotation needs no entry of the catalogue. */
export type AnnotationName = `annotation.${string}`;

const PREFIX = "annotation.";
const LONGEST_NAME = 100;
const MOST_ANNOTATIONS = 500;
const VALUE_BYTES = 2_000;

/** What the collector writes beside the annotations. */
const NO_ANNOTATIONS: ReadonlySet<string> = new Set(["uuid", "submitted_timestamp", "version", "metadata"]);

/** Whether a field's name is that of an annotation's field. */
export function isAnnotationName(name: string): name is AnnotationName {
  return name.startsWith(PREFIX);
}

/** The annotation whose field it is; null for a field of the catalogue. */
export function annotationOf({ name }: Pick<Field, "name">): string | null {
  return isAnnotationName(name) ? name.slice(PREFIX.length) : null;
}

/**
 * The field of any annotation, by its name: `annotation.<Name>`. It is protected unless the annotation is known to be
 * public. Undefined for what is no such name.
 */
export function annotationField(name: string): Field<AnnotationName> | undefined {
  if (!isAnnotationName(name)) return undefined;
  const annotation = name.slice(PREFIX.length);
  if (!canBeSearched(annotation)) return undefined;
  const key = RAW_CRASH_KEYS.get(annotation);
  return {
    name,
    description: key?.description ?? "An annotation that nothing is known of.",
    index: "text",
    query: "string",
    access: key?.access ?? "protected",
    path: name,
  };
}

/**
 * The values by which a crash is found by its annotations: of those that are text, the first 500, the beginning that
 * fits into 2,000 bytes of UTF-8.
 */
export function annotationValues(raw: RawCrash): Readonly<Record<AnnotationName, string>> {
  const entries = Object.entries(raw).flatMap(([name, value]): [AnnotationName, string][] => {
    return typeof value === "string" && canBeSearched(name) ? [[`${PREFIX}${name}`, cut(value)]] : [];
  });
  return Object.fromEntries(entries.slice(0, MOST_ANNOTATIONS));
}

/** The annotations in a search document, by their own names. */
export function annotationsIn(document: object): readonly (readonly [name: string, value: string])[] {
  return Object.entries(document).flatMap(([key, value]): [string, string][] => {
    return isAnnotationName(key) && typeof value === "string" ? [[key.slice(PREFIX.length), value]] : [];
  });
}

/** `__proto__` is refused by who reads JSON with care, such as the client of a search engine. */
function canBeSearched(name: string): boolean {
  if (name === "" || name.length > LONGEST_NAME || NO_ANNOTATIONS.has(name) || name === "__proto__")
    return false;
  return name.isWellFormed() && !/\p{Cc}/u.test(name);
}

/** Never inside a character. */
function cut(value: string): string {
  const text = value.replaceAll("\0", "").toWellFormed();
  const { read } = new TextEncoder().encodeInto(text, new Uint8Array(VALUE_BYTES));
  return text.slice(0, read);
}
