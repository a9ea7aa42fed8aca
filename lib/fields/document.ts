import type { ProcessedCrash, RawCrash } from "#lib/core/crash";
import { crashIdMidnight, type CrashId } from "#lib/core/crash-id";
import { isJsonArray, isJsonObject, jsonAt, type Json } from "#lib/core/json";
import { formatMicroseconds, parseMicroseconds } from "#lib/core/time";
import { annotationValues } from "./annotations";
import { FIELDS, type FieldName } from "./catalogue";
import type { Field, IndexType } from "./field";

/** A value as every search engine gets it. Dates are ISO 8601 in UTC. */
export type IndexValue = string | number | boolean | readonly string[];

/**
 * What a search engine keeps of a processed crash: one value per field, already cut, bounded and
 * normalised, so that all engines answer alike. Fields without a value are absent; a list has each of
 * its values once.
 */
export interface SearchDocument extends Readonly<Partial<Record<FieldName, IndexValue>>> {
  readonly uuid: CrashId;
  readonly date: string;
  readonly signature: string;
}

/** Stands where a value is not what its field can hold. */
const BAD_DATA = "BAD DATA";
const KEYWORD_CHARACTERS = 10_000;
const TEXT_BYTES = 32_766;

/** Of the items of a list in a path so many count, and so many values are kept. */
const MOST_ITEMS = 500;
const MOST_VALUES = 2_000;

/** The search document of a processed crash; without its raw crash it is not found by its annotations. */
export function searchDocument(crash: ProcessedCrash, raw?: RawCrash): SearchDocument {
  const entries = FIELDS.flatMap((field) => {
    const value = indexValue(field, valueAt(crash, field.path));
    return value === undefined ? [] : [[field.name, value] as const];
  });
  const { date, signature, ...document } = Object.fromEntries(entries) as Partial<
    Record<FieldName, IndexValue>
  >;
  return {
    ...document,
    ...(raw && annotationValues(raw)),
    uuid: crash.uuid,
    // Crashes are found by their date, so one whose date is none counts for the day in its id.
    date: typeof date === "string" ? date : crashIdMidnight(crash.uuid),
    signature: typeof signature === "string" ? signature : "",
  };
}

/** The value at a path; where it leads through lists, all the different texts that are found, or nothing. */
function valueAt(crash: ProcessedCrash, path: string): Json | undefined {
  if (!path.includes("[]")) return jsonAt(crash, path);
  const found = path.split(".").reduce<readonly Json[]>((here, step) => here.flatMap(below(step)), [crash]);
  const texts = new Set(found.filter((item) => typeof item === "string"));
  return texts.size === 0 ? undefined : [...texts].slice(0, MOST_VALUES);
}

function below(step: string): (value: Json) => readonly Json[] {
  if (step === "[]") return (value) => (isJsonArray(value) ? value.slice(0, MOST_ITEMS) : []);
  return (value) => (isJsonObject(value) && Object.hasOwn(value, step) ? [value[step] ?? null] : []);
}

function indexValue(field: Field, value: Json | undefined): IndexValue | undefined {
  return value === undefined || value === null ? field.absent : fixers[field.index](value, field);
}

const fixers: Readonly<Record<IndexType, (value: Json, field: Field) => IndexValue | undefined>> = {
  keyword: (value, field) => texts(field, value, cutCharacters),
  text: (value, field) => texts(field, value, cutBytes),
  list: splitTerms,
  boolean: (value) => value === true || value === 1 || value === "1" || value === "true",
  short: (value) => integer(value, 2 ** 15),
  integer: (value) => integer(value, 2 ** 31),
  long: (value) => integer(value, 2 ** 63),
  double,
  date,
};

function texts(field: Field, value: Json, cut: (item: string) => string): IndexValue | undefined {
  const fix = (item: Json | undefined) => (typeof item === "string" ? cut(item) : BAD_DATA);
  const items: readonly Json[] = isJsonArray(value) ? value : [value];
  if (!field.multiple) return fix(items.length === 1 ? items[0] : null);
  if (items.length === 0) return undefined;
  return typeof items[0] === "string" ? [...new Set(items.map(fix))] : [BAD_DATA];
}

function cutCharacters(text: string): string {
  if (text.length <= KEYWORD_CHARACTERS) return text.toWellFormed();
  return Array.from(text).slice(0, KEYWORD_CHARACTERS).join("").toWellFormed();
}

/** Cuts to what fits into an index term, never inside a character. Half characters make the text bad. */
function cutBytes(text: string): string {
  if (!text.isWellFormed()) return BAD_DATA;
  if (text.length * 3 <= TEXT_BYTES) return text;
  const { read } = new TextEncoder().encodeInto(text, new Uint8Array(TEXT_BYTES));
  return text.slice(0, read);
}

/** The terms of a `;` list: lower-cased, each once, without empty ones. */
export function listTerms(text: string): readonly string[] {
  const terms = new Set(text.toLowerCase().split(";"));
  terms.delete("");
  return [...terms];
}

function splitTerms(value: Json): IndexValue | undefined {
  const terms = listTerms(typeof value === "string" ? cutBytes(value) : BAD_DATA);
  return terms.length === 0 ? undefined : terms;
}

function integer(value: Json, bound: number): number | undefined {
  const number = wholeNumber(value);
  return number !== null && number >= -bound && number < bound ? number : undefined;
}

function wholeNumber(value: Json): number | null {
  if (typeof value === "number") return Math.trunc(value);
  if (typeof value === "boolean") return Number(value);
  return typeof value === "string" && /^\s*[+-]?\d+\s*$/.test(value) ? Number(value) : null;
}

function double(value: Json): number | undefined {
  const text = typeof value === "string" ? value.trim() : value;
  if (text === "" || (typeof text !== "string" && typeof text !== "number" && typeof text !== "boolean"))
    return undefined;
  const number = Number(text);
  return Number.isFinite(number) ? number : undefined;
}

function date(value: Json): string | undefined {
  const microseconds = typeof value === "string" ? parseMicroseconds(value) : null;
  return microseconds === null ? undefined : formatMicroseconds(microseconds);
}
