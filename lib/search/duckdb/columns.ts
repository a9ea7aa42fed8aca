import { FIELDS } from "#lib/fields/catalogue";
import type { IndexValue, SearchDocument } from "#lib/fields/document";
import type { Field, IndexType } from "#lib/fields/field";
import { analyse } from "#lib/search/plan/analyse";

/** Stands around every word of a words column, so that one substring test finds a whole word. */
const EDGE = "\u001f";

/** Elasticsearch has no longer terms, and takes a field with one out of a document; so it has no value here either. */
const LONGEST_TERM_BYTES = 32_766;

/** A column of the crashes table and where its value comes from. */
export interface Column {
  /** Quoted. */
  readonly name: string;
  readonly type: string;
  value(document: SearchDocument): string | number | boolean | readonly string[] | null;
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

/** The column with a field's exact value or values. Field names come from the catalogue, never from a request. */
export function valueColumn({ name }: Field): string {
  return `"${name}"`;
}

/** The column with the words of a text field. */
export function wordsColumn({ name }: Field): string {
  return `"${name}.words"`;
}

/** Whether the value column is a list. */
export function isList({ index, multiple }: Field): boolean {
  return index === "list" || multiple === true;
}

/** Every column, two for text fields. */
export const COLUMNS: readonly Column[] = FIELDS.flatMap((field) => {
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
