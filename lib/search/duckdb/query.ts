import type { JS } from "@duckdb/node-api";
import type { Json } from "#lib/core/json";
import { formatMicroseconds } from "#lib/core/time";
import { fieldNamed } from "#lib/fields/catalogue";
import type { Field } from "#lib/fields/field";
import { tooComplex } from "#lib/search/costly";
import { LIMITS } from "#lib/search/plan/limits";
import type { SearchPlan } from "#lib/search/plan/plan";
import type { Facets, SearchResult } from "#lib/search/result";
import { afterSql, orderSql } from "./after";
import { valueColumn } from "./columns";
import { facetQuery, type FacetRow } from "./facets";
import { newStatement } from "./statement";
import { TABLE } from "./table";
import { whereSql } from "./where";

/** A row as the engine's client gives it. */
type EngineRow = readonly (JS | null)[];

/** SQL text and the values of its placeholders. */
interface Query {
  readonly sql: string;
  readonly parameters: readonly string[];
}

/** Stands where the number of a facet would be, for the number of all crashes found. */
const TOTAL = -1;

/** The buckets, and the total. */
const MOST_ROWS = LIMITS.buckets + 1;

/** How many crashes fit, and all facets over them, in one statement. */
export function countsSql(plan: SearchPlan): Query {
  const statement = newStatement();
  const facets = facetQuery(plan.facets, plan.facetSize);
  const columns = facets.columns.length > 0 ? facets.columns.join(", ") : "true AS found";
  const found = `found AS MATERIALIZED (SELECT ${columns} FROM ${TABLE} WHERE ${whereSql(plan, statement)})`;
  const none = Array.from({ length: facets.depth }, () => "0");
  const total = `SELECT ${[TOTAL, "NULL::VARCHAR", "0::INTEGER", "count(*)::DOUBLE", ...none].join(", ")} FROM found`;
  const selects = [total, ...facets.selects].join(" UNION ALL ");
  // One more than is accepted, which shows that there are more.
  const sql = `WITH ${[found, ...facets.relations].join(", ")} ${selects} LIMIT ${MOST_ROWS + 1}`;
  return { sql, parameters: statement.parameters };
}

/** The answer to `countsSql`. Throws BadArgument for one of more buckets than are accepted. */
export function readCounts(
  rows: readonly EngineRow[],
  plan: SearchPlan,
): { readonly total: number; readonly facets: Facets } {
  if (rows.length > MOST_ROWS) throw tooComplex(null);
  const facetRows = rows.map(([node, term, position, amount, ...above]): FacetRow => {
    return {
      node: Number(node),
      term: typeof term === "string" ? term : "",
      position: Number(position),
      amount: Number(amount),
      above: above.map(Number),
    };
  });
  const total = facetRows.find(({ node }) => node === TOTAL)?.amount ?? 0;
  return { total, facets: facetQuery(plan.facets, plan.facetSize).read(facetRows) };
}

/** One page of the crashes that fit. */
export function crashesSql(plan: SearchPlan): Query {
  const { sql, parameters } = scanSql(plan);
  return { sql: `${sql} LIMIT ${plan.limit} OFFSET ${plan.offset}`, parameters };
}

/** All crashes that fit and come after the plan's place, in order. */
export function scanSql(plan: SearchPlan): Query {
  const statement = newStatement();
  const columns = plan.columns.map((name) => hitExpression(fieldNamed(name)));
  const where = [whereSql(plan, statement), ...(plan.after ? [afterSql(plan, statement)] : [])].join(" AND ");
  const sql = `SELECT ${columns.length > 0 ? columns.join(", ") : "true"} FROM ${TABLE} WHERE ${where} ORDER BY ${orderSql(plan)}`;
  return { sql, parameters: statement.parameters };
}

/** The answer to `crashesSql`. */
export function readHits(rows: readonly EngineRow[], plan: SearchPlan): SearchResult["hits"] {
  const fields = plan.columns.map((name) => fieldNamed(name));
  return rows.map((row) =>
    Object.fromEntries(fields.map((field, index) => [field.name, hitValue(field, row[index] ?? null)])),
  );
}

function hitExpression(field: Field): string {
  return field.index === "date" ? `epoch_us(${valueColumn(field)})` : valueColumn(field);
}

/** A list of one is its item, an empty one nothing. */
function hitValue(field: Field, value: JS | null): Json {
  if (Array.isArray(value)) {
    const items = value.map(String);
    return items.length > 1 ? items : (items[0] ?? null);
  }
  if (field.index === "date" && typeof value === "bigint") return formatMicroseconds(value);
  if (typeof value === "bigint") return Number(value);
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? value : null;
}
