import { formatMicroseconds } from "#lib/core/time";
import { fieldNamed } from "#lib/fields/catalogue";
import type { Field } from "#lib/fields/field";
import { facetKey } from "#lib/search/plan/facets";
import type { Facet } from "#lib/search/plan/plan";
import type { Bucket, Facets } from "#lib/search/result";
import { isList, named, valueColumn } from "./columns";

/** A facet with its place in the tree of facets. */
interface Node {
  readonly id: number;
  readonly facet: Facet;
  readonly field: Field;
  readonly parent: Node | null;
  /** 0 at the top. */
  readonly depth: number;
  readonly children: readonly Node[];
}

/** A tree of facets, ready to be asked for in one statement. */
export interface FacetQuery {
  /** Columns the facets need of the crashes that were found, in the relation `found`. */
  readonly columns: readonly string[];
  /** Relations over `found`, to stand after it in a WITH clause. */
  readonly relations: readonly string[];
  /** Selects of (node, term, position, amount, and `depth` positions of the buckets above), to be joined by UNION ALL. */
  readonly selects: readonly string[];
  readonly depth: number;
  /** The answer, from the rows of the selects. */
  read(rows: readonly FacetRow[]): Facets;
}

/** Compiles facets to SQL. `size` is the number of buckets at every level. */
export function facetQuery(facets: readonly Facet[], size: number): FacetQuery {
  let next = 0;
  const nodeOf = (facet: Facet, parent: Node | null): Node => {
    const children: Node[] = [];
    const depth = parent ? parent.depth + 1 : 0;
    const node: Node = { id: next++, facet, field: fieldNamed(facet.field), parent, depth, children };
    if (facet.kind !== "cardinality") children.push(...facet.facets.map((below) => nodeOf(below, node)));
    return node;
  };
  const tops = facets.map((facet) => nodeOf(facet, null));
  const nodes = tops.flatMap(withDescendants);
  const deepest = Math.max(0, ...nodes.map(({ depth }) => depth));
  return {
    columns: [...new Set(nodes.map(({ field }) => `${valueColumn(field)} AS ${named(field)}`))],
    relations: nodes.flatMap((node) => [rowsRelation(node), bucketsRelation(node, size)]),
    selects: nodes.map((node) => select(node, deepest)),
    depth: deepest,
    read: (rows) => readFacets(tops, groupRows(nodes, rows)),
  };
}

function withDescendants(node: Node): readonly Node[] {
  return [node, ...node.children.flatMap(withDescendants)];
}

/** The positions p0, p1 … of the buckets above a depth: numbers are compared and handed over faster than terms. */
function positions(depth: number): readonly string[] {
  return Array.from({ length: depth }, (_, index) => `p${index}`);
}

/** `rN`: the crashes that are in the chosen buckets above, one row for each value they have here. */
function rowsRelation(node: Node): string {
  const { id, parent, depth, children } = node;
  const below = new Set(children.flatMap(withDescendants).map(({ field }) => named(field)));
  const above = parent ? [...positions(depth - 1), `position AS p${depth - 1}`] : [];
  const source = parent
    ? `r${parent.id} JOIN b${parent.id} USING (${[...positions(depth - 1), `k${depth - 1}`].join(", ")})`
    : "found";
  const columns = [...above, ...below, `${keyExpression(node)} AS k${depth}`].join(", ");
  return `r${id} AS (SELECT * FROM (SELECT ${columns} FROM ${source}) WHERE k${depth} IS NOT NULL)`;
}

function keyExpression({ facet, field }: Node): string {
  const column = named(field);
  if (facet.kind === "histogram") {
    if (typeof facet.interval === "string") return `date_trunc('${facet.interval}', ${column})`;
    return `floor(${column} / ${facet.interval}::DOUBLE) * ${facet.interval}`;
  }
  return isList(field) ? `unnest(${column})` : column;
}

/** `bN`: the buckets to be shown, with their position below the bucket above. */
function bucketsRelation({ id, facet, depth }: Node, size: number): string {
  const above = positions(depth);
  if (facet.kind === "cardinality") {
    const grouped = above.length > 0 ? ` GROUP BY ${above.join(", ")}` : "";
    return `b${id} AS (SELECT ${[...above, `count(DISTINCT k${depth}) AS amount`, "0 AS position"].join(", ")} FROM r${id}${grouped})`;
  }
  const order = facet.kind === "histogram" ? `k${depth}` : `count(*) DESC, k${depth}`;
  const partition = above.length > 0 ? `PARTITION BY ${above.join(", ")} ` : "";
  const position = `row_number() OVER (${partition}ORDER BY ${order}) AS position`;
  const limit = facet.kind === "histogram" ? "" : ` QUALIFY position <= ${size}`;
  const all = [...above, `k${depth}`].join(", ");
  return `b${id} AS MATERIALIZED (SELECT ${all}, count(*) AS amount, ${position} FROM r${id} GROUP BY ${all}${limit})`;
}

function select(node: Node, deepest: number): string {
  const { id, facet, depth } = node;
  const term = facet.kind === "cardinality" ? "NULL" : keyText(node, `k${depth}`);
  const above = Array.from({ length: deepest }, (_, index) => (index < depth ? `p${index}::INTEGER` : "0"));
  return `SELECT ${[id, term, "position::INTEGER", "amount::DOUBLE", ...above].join(", ")} FROM b${id}`;
}

/** A key as text: dates as microseconds since 1970, booleans as clients know them. */
function keyText({ field }: Node, key: string): string {
  if (field.index === "date") return `epoch_us(${key})::VARCHAR`;
  if (field.index === "boolean") return `CASE WHEN ${key} THEN 'T' ELSE 'F' END`;
  return `${key}::VARCHAR`;
}

/** One bucket, or one cardinality, as it comes from the engine. */
export interface FacetRow {
  readonly node: number;
  readonly term: string;
  readonly position: number;
  readonly amount: number;
  /** The positions of the buckets above. */
  readonly above: readonly number[];
}

/** Rows by node and by the positions of the buckets above. */
type RowsByPlace = ReadonlyMap<string, readonly FacetRow[]>;

function place({ id }: Node, above: readonly number[]): string {
  return `${id}:${above.join()}`;
}

function groupRows(nodes: readonly Node[], rows: readonly FacetRow[]): RowsByPlace {
  const groups = new Map<string, FacetRow[]>();
  for (const row of rows) {
    const node = nodes[row.node];
    if (!node) continue;
    const key = place(node, row.above.slice(0, node.depth));
    const group = groups.get(key);
    if (group) group.push(row);
    else groups.set(key, [row]);
  }
  for (const group of groups.values()) group.sort((one, other) => one.position - other.position);
  return groups;
}

function readFacets(nodes: readonly Node[], rows: RowsByPlace, above: readonly number[] = []): Facets {
  return Object.fromEntries(nodes.map((node) => [facetKey(node.facet), readFacet(node, rows, above)]));
}

function readFacet(
  node: Node,
  rows: RowsByPlace,
  above: readonly number[],
): readonly Bucket[] | { value: number } {
  const mine = rows.get(place(node, above)) ?? [];
  if (node.facet.kind === "cardinality") return { value: mine[0]?.amount ?? 0 };
  return mine.map(({ term, amount, position }) => {
    const bucket = { term: termOf(node.field, term), count: amount };
    if (node.children.length === 0) return bucket;
    return { ...bucket, facets: readFacets(node.children, rows, [...above, position]) };
  });
}

function termOf({ index }: Field, key: string): string | number {
  if (index === "date") return formatMicroseconds(BigInt(key));
  return ["short", "integer", "long", "double"].includes(index) ? Number(key) : key;
}
