import { formatMicroseconds, parseMicroseconds } from "#lib/core/time";
import { fieldNamed } from "#lib/fields/catalogue";
import type { Field } from "#lib/fields/field";
import { orderOf } from "#lib/search/plan/cursor";
import type { SearchPlan, Sort, Value } from "#lib/search/plan/plan";
import { isList, valueColumn } from "./columns";
import type { Statement } from "./statement";

/** Crashes without a value come last in both directions; a list sorts by its first or last item. */
export function orderSql(plan: SearchPlan): string {
  return orderOf(plan)
    .map((sort) => `${sortKey(sort)} ${sort.descending ? "DESC" : "ASC"} NULLS LAST`)
    .join(", ");
}

/** The condition for all that comes later in the order than the place `after` of a plan. */
export function afterSql(plan: SearchPlan, statement: Statement): string {
  const { after = [] } = plan;
  const keys = orderOf(plan).map((sort, index) => {
    return {
      key: sortKey(sort),
      sort,
      value: literal(fieldNamed(sort.field), after[index] ?? null, statement),
    };
  });
  const beyond = keys.flatMap(({ key, sort, value }, index) => {
    // Nothing comes after the crashes without a value but others without one.
    if (value === "NULL") return [];
    const same = keys.slice(0, index).map((before) => `${before.key} IS NOT DISTINCT FROM ${before.value}`);
    return [[...same, `(${key} ${sort.descending ? "<" : ">"} ${value} OR ${key} IS NULL)`].join(" AND ")];
  });
  return `(${beyond.join(" OR ")})`;
}

function sortKey({ field: name, descending }: Sort): string {
  const field = fieldNamed(name);
  const column = valueColumn(field);
  return isList(field) ? `${descending ? "list_max" : "list_min"}(${column})` : column;
}

function literal(field: Field, value: Value, statement: Statement): string {
  if (value === null) return "NULL";
  if (typeof value === "boolean") return String(value);
  if (typeof value === "number")
    return field.index === "double"
      ? `${statement.bind(String(value))}::DOUBLE`
      : `${BigInt(value).toString()}::HUGEINT`;
  if (field.index !== "date") return statement.bind(value);
  const utc = formatMicroseconds(parseMicroseconds(value) ?? 0n).replace("+00:00", "");
  return `${statement.bind(utc)}::TIMESTAMP`;
}
