import type { Json } from "#lib/core/json";
import { fieldNamed, type FieldName } from "#lib/fields/catalogue";
import type { SearchResult } from "#lib/search/result";

/** A cell of a list of crashes. */
export interface CrashCell {
  readonly field: FieldName;
  readonly text: string;
  /** The filter that finds crashes with the same value; null when there is none. */
  readonly filter: string | null;
}

/** A crash in a list. */
export interface CrashRow {
  readonly crashId: string;
  readonly date: string | null;
  readonly cells: readonly CrashCell[];
}

const LONGEST_FILTER = 300;

/** Crashes as rows of the asked columns; the id is a column of its own. */
export function crashRows(result: SearchResult, columns: readonly FieldName[]): readonly CrashRow[] {
  const shown = columns.filter((column) => column !== "uuid");
  return result.hits.map((hit) => ({
    crashId: text(hit.uuid),
    date: typeof hit.date === "string" ? hit.date : null,
    cells: shown.map((field) => ({ field, text: text(hit[field]), filter: exactFilter(field, hit[field]) })),
  }));
}

/** The parameter that asks for exactly a value. */
export function exactFilter(name: FieldName, value: Json | undefined): string | null {
  const { query } = fieldNamed(name);
  if (value === null || value === undefined || typeof value === "object" || query === "date") return null;
  if (query === "bool") return value === true ? "__true__" : "!__true__";
  if (String(value).length > LONGEST_FILTER) return null;
  return query === "string" ? `=${value}` : String(value);
}

function text(value: Json | undefined): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "boolean") return value ? "true" : "false";
  if (Array.isArray(value)) return value.join(", ");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
