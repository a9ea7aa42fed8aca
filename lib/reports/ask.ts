import type { Viewer } from "#lib/core/viewer";
import type { FieldName } from "#lib/fields/catalogue";
import type { SearchReader } from "#lib/middleware/search-reader";
import type { Clause } from "#lib/search/plan/plan";
import { parseSearch } from "#lib/search/plan/parameters";
import type { Parameters } from "#lib/search/plan/request";
import type { Bucket, Facets, SearchResult } from "#lib/search/result";

/** What every report is made with. */
export interface ReportContext {
  readonly search: SearchReader;
  readonly viewer: Viewer;
  readonly now: Date;
  /** How long answers may be given again, where the usual time does not fit; 0 has everything counted anew. */
  readonly keepSeconds?: number;
}

/** Search parameters written out: one value or several per name. */
export type Question = Readonly<Record<string, string | number | readonly string[] | undefined>>;

/** Values that a field must be equal to, any of them. Parameters of product and the like find words instead. */
export type ExactValues = Readonly<Partial<Record<FieldName, readonly string[]>>>;

/** Asks for what a client of the API could ask for, narrowed to exact values. Undefined values say nothing. */
export function ask(
  { search, viewer, now, keepSeconds }: ReportContext,
  question: Question,
  exactly: ExactValues = {},
): Promise<SearchResult> {
  const parameters = parametersFrom(question);
  const { plan } = parseSearch(parameters, { now, viewer, mode: "public" });
  const clauses = (Object.entries(exactly) as [FieldName, readonly string[]][]).map(
    ([field, values]): Clause => {
      return { kind: "any", of: values.map((value) => ({ kind: "test", field, operator: "=", value })) };
    },
  );
  const narrowed = { ...plan, where: { kind: "all" as const, of: [plan.where, ...clauses] } };
  return search.search(narrowed, {
    asked: keepSeconds === 0 ? undefined : { viewer, parameters, keepSeconds },
  });
}

/** A question as request parameters. */
export function parametersFrom(question: Question): Parameters {
  const entries = Object.entries(question).flatMap(([name, value]): [string, readonly string[]][] => {
    if (value === undefined) return [];
    return [[name, typeof value === "object" ? value : [String(value)]]];
  });
  return new Map(entries);
}

/** The buckets of a terms facet or histogram; empty when it was not asked for. */
export function buckets(facets: Facets | undefined, name: string): readonly Bucket[] {
  const found = facets?.[name];
  return Array.isArray(found) ? (found as readonly Bucket[]) : [];
}

/** The value of a cardinality. */
export function cardinality(facets: Facets | undefined, field: string): number {
  const found = facets?.[`cardinality_${field}`];
  return found !== undefined && "value" in found ? found.value : 0;
}

/** How many crashes have a term. */
export function countOf(facets: Facets | undefined, name: string, term: string): number {
  return buckets(facets, name).find((bucket) => bucket.term === term)?.count ?? 0;
}
