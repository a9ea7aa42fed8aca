import { isCrashIdShape } from "#lib/core/crash-id";
import { byCodePoint } from "#lib/core/code-points";
import { BadArgument } from "#lib/core/errors";
import { isJsonArray, type Json } from "#lib/core/json";
import { parseMicroseconds } from "#lib/core/time";
import { fieldNamed } from "#lib/fields/catalogue";
import type { Field, IndexType } from "#lib/fields/field";
import { LIMITS } from "./limits";
import type { SearchPlan, Sort, Value } from "./plan";

/** The order of all crashes that a plan finds: no two have the same place in it. */
export function orderOf({ sort }: Pick<SearchPlan, "sort">): readonly Sort[] {
  return [...sort, { field: "date", descending: true }, { field: "uuid", descending: false }];
}

/** A plan whose hits also have what they are ordered by, for `placeOf`. */
export function withOrder(plan: SearchPlan): SearchPlan {
  const columns = [...plan.columns, ...orderOf(plan).map(({ field }) => field)];
  return { ...plan, columns: [...new Set(columns)] };
}

/** A hit with exactly the columns of a plan. */
export function onlyColumns(
  { columns }: Pick<SearchPlan, "columns">,
  hit: Readonly<Record<string, Json>>,
): Readonly<Record<string, Json>> {
  return Object.fromEntries(columns.map((column) => [column, hit[column] ?? null]));
}

/** Where a crash stands in an order, by a hit that has the fields of the order. */
export function placeOf(order: readonly Sort[], hit: Readonly<Record<string, Json>>): readonly Value[] {
  return order.map((sort) => sortValue(sort, hit[sort.field]));
}

/** What a value is sorted by: a list by its first or last item. Engines compare text by its bytes in UTF-8. */
function sortValue({ descending }: Sort, value: Json | undefined): Value {
  if (!isJsonArray(value)) return typeof value === "object" ? null : (value ?? null);
  const sorted = value.map(String).sort(byCodePoint);
  return (descending ? sorted.at(-1) : sorted[0]) ?? null;
}

/** The cursor that stands for the first page. */
export const FIRST_PAGE = "*";

const VERSION = 1;

/**
 * A place in an order, to be handed to a client: where a crash stands, by its values of the fields
 * that are sorted by, and nothing else of it. Only whoever may see these fields may sort by them.
 */
export function encodeCursor(order: readonly Sort[], place: readonly Value[]): string {
  const bytes = new TextEncoder().encode(JSON.stringify([VERSION, order.map(signed), place]));
  const text = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
  return text.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/** The place a cursor stands for. Throws BadArgument for what is none, or one of another order. */
export function decodeCursor(text: string, order: readonly Sort[]): readonly Value[] {
  const content = text.length > LIMITS.cursorLength ? null : contentOf(text);
  const [version, fields, place] = Array.isArray(content) ? (content as readonly unknown[]) : [];
  if (version !== VERSION || !Array.isArray(fields) || !Array.isArray(place))
    throw new BadArgument(
      "Bad value for parameter(s) '_cursor': take it from next_cursor of an answer, or * for the first page",
    );
  const wanted = order.map(signed);
  if (JSON.stringify(fields) !== JSON.stringify(wanted))
    throw new BadArgument(
      `Bad value for parameter(s) '_cursor': it is of another order than ${wanted.slice(0, 10).join(", ")}; ask with the _sort it was made with`,
    );
  const values = place as readonly unknown[];
  if (
    values.length !== order.length ||
    !order.every(({ field }, index) => fits(fieldNamed(field), values[index]))
  )
    throw new BadArgument("Bad value for parameter(s) '_cursor': it has been changed");
  return values as readonly Value[];
}

function signed({ field, descending }: Sort): string {
  return descending ? `-${field}` : field;
}

function contentOf(text: string): unknown {
  try {
    const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
    const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError || error instanceof DOMException)
      return null;
    throw error;
  }
}

/** Whether a field can have the value; null stands for none. */
function fits({ name, index }: Field, value: unknown): boolean {
  if (name === "uuid") return typeof value === "string" && isCrashIdShape(value);
  return value === null ? name !== "date" : FITS[index](value);
}

const isText = (value: unknown) => typeof value === "string" && !value.includes("\0");
const isWhole = (value: unknown) => Number.isInteger(value) && Math.abs(Number(value)) <= 2 ** 63;

const FITS: Readonly<Record<IndexType, (value: unknown) => boolean>> = {
  keyword: isText,
  text: isText,
  list: isText,
  boolean: (value) => typeof value === "boolean",
  short: isWhole,
  integer: isWhole,
  long: isWhole,
  double: (value) => Number.isFinite(value),
  date: (value) => typeof value === "string" && parseMicroseconds(value) !== null,
};
