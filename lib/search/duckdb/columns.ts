import { annotationOf, annotationsIn } from "#lib/fields/annotations";
import { FIELDS } from "#lib/fields/catalogue";
import type { IndexValue, SearchDocument } from "#lib/fields/document";
import type { Field, IndexType } from "#lib/fields/field";
import { analyse } from "#lib/search/plan/analyse";

/** Stands around every word of a words column, so that one substring test finds a whole word. */
const EDGE = "\u001f";

/** Elasticsearch has no longer terms, and takes a field with one out of a document; so it has no value here either. */
const LONGEST_TERM_BYTES = 32_766;

export type ColumnValue = string | number | boolean | readonly string[] | ReadonlyMap<string, string> | null;

/** A column of the crashes table and where its value comes from. */
export interface Column {
  /** Quoted. */
  readonly name: string;
  readonly type: string;
  value(document: SearchDocument): ColumnValue;
}

const types: Readonly<Record<IndexType, string>> = {
  keyword: "VARCHAR",
  text: "VARCHAR",
  list: "VARCHAR[]",
  boolean: "BOOLEAN",
  short: "SMALLINT",
  integer: "INTEGER",
  long: "BIGINT",
  double: "DOUBLE",
  date: "TIMESTAMP",
};

const ANNOTATIONS = `"annotations"`;
const ANNOTATION_WORDS = `"annotations.words"`;

/** A field's exact value or values: its column, or the part of the annotations' column that is of its name. */
export function valueColumn(field: Field): string {
  const annotation = annotationOf(field);
  return annotation === null ? named(field) : valueIn(ANNOTATIONS, annotation);
}

/** The words of a text field. */
export function wordsColumn(field: Field): string {
  const annotation = annotationOf(field);
  return annotation === null ? `"${field.name}.words"` : valueIn(ANNOTATION_WORDS, annotation);
}

/** The name of a column with the field's value. Names of annotations come from requests. */
export function named({ name }: Field): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function valueIn(map: string, name: string): string {
  return `map_extract_value(${map}, '${name.replaceAll("'", "''")}')`;
}

/** Whether the value column is a list. */
export function isList({ index, multiple }: Field): boolean {
  return index === "list" || multiple === true;
}

const fieldColumns = FIELDS.flatMap((field): readonly Column[] => {
  const type = isList(field) && field.index !== "list" ? `${types[field.index]}[]` : types[field.index];
  const exact: Column = {
    name: valueColumn(field),
    type,
    value: (document) => termsOf(document[field.name]),
  };
  const words: Column = {
    name: wordsColumn(field),
    type: "VARCHAR",
    value: (document) => wordsOf(document[field.name]),
  };
  return field.index === "text" ? [exact, words] : [exact];
});

const MAP = "MAP(VARCHAR, VARCHAR)";
const annotationColumns: readonly Column[] = [
  { name: ANNOTATIONS, type: MAP, value: (document) => mapOf(annotationsIn(document)) },
  {
    name: ANNOTATION_WORDS,
    type: MAP,
    value: (document) =>
      mapOf(annotationsIn(document).map(([name, value]) => [name, wordsOf(value) ?? ""] as const)),
  },
];

/** Every column, two for text fields and for all annotations together. */
export const COLUMNS: readonly Column[] = [...fieldColumns, ...annotationColumns];

function mapOf(entries: readonly (readonly [string, string])[]): ReadonlyMap<string, string> | null {
  return entries.length === 0 ? null : new Map(entries);
}

/** A word as it stands in a words column. */
export function edged(word: string): string {
  return `${EDGE}${word}${EDGE}`;
}

function termsOf(value: IndexValue | undefined): IndexValue | null {
  if (value === undefined) return null;
  const isTooLong = typeof value === "object" ? value.some(isTooLongTerm) : isTooLongTerm(value);
  return isTooLong ? null : value;
}

function isTooLongTerm(value: IndexValue): boolean {
  return (
    typeof value === "string" &&
    value.length * 3 > LONGEST_TERM_BYTES &&
    Buffer.byteLength(value) > LONGEST_TERM_BYTES
  );
}

function wordsOf(value: unknown): string | null {
  if (value === undefined) return null;
  const texts: readonly unknown[] = Array.isArray(value) ? value : [value];
  const words = new Set(texts.flatMap((text) => (typeof text === "string" ? analyse(text) : [])));
  return `${EDGE}${[...words].join(EDGE)}${EDGE}`;
}
