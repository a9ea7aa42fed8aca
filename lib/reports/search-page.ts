import { isAppError } from "#lib/core/errors";
import type { LinkParameters } from "#lib/core/links";
import { visible } from "#lib/fields/access";
import { annotationField } from "#lib/fields/annotations";
import { FIELDS, fieldNamed, type FieldName } from "#lib/fields/catalogue";
import { fieldLabel, formLine, type FormLine } from "#lib/search/plan/form";
import { explanation, stopwatch, type Explanation } from "#lib/search/explanation";
import { LIMITS } from "#lib/search/plan/limits";
import { parseSearch, type ParseOptions } from "#lib/search/plan/parameters";
import type { SearchPlan } from "#lib/search/plan/plan";
import { queryText } from "#lib/search/plan/query-text/printer";
import { filteredFields, given, type Parameters } from "#lib/search/plan/request";
import { searchWarnings } from "#lib/search/plan/warnings/search-warnings";
import type { Warning } from "#lib/search/plan/warnings/warning";
import type { SearchResult } from "#lib/search/result";
import type { ReportContext } from "./ask";
import { queryField, refusedQueryField, type QueryField } from "./query-field";

const PAGE_SIZE = 50;
const DEFAULT_COLUMNS = ["date", "signature", "product", "version", "build_id", "platform"] as const;

/** A search as its page shows it: what was asked, and what came of it or why nothing did. */
export interface SearchPage {
  readonly form: {
    readonly from: string;
    readonly to: string;
    readonly lines: readonly FormLine[];
    /** The query text beside the lines, without dates; empty for none. */
    readonly query: string;
    readonly facets: readonly string[];
    readonly columns: readonly string[];
    readonly sort: readonly string[];
  };
  readonly query: QueryField;
  readonly warnings: readonly Warning[];
  readonly explanation: Explanation | null;
  readonly plan: SearchPlan | null;
  readonly result: SearchResult | null;
  /** In words for the person who asked. */
  readonly error: string | null;
  readonly page: number;
  readonly pages: number;
}

/** A field as a form offers it to a viewer; annotations are those that are named already. */
export function formFields({ viewer }: Pick<ReportContext, "viewer">, named: readonly string[] = []) {
  const annotations = [...new Set(named)].flatMap((name) => annotationField(name) ?? []);
  return [...FIELDS, ...annotations]
    .filter((field) => visible(viewer, field))
    .map(({ name, query, choices = [] }) => {
      return { name, label: fieldLabel(name), query, choices };
    });
}

/** Runs the search that a page's parameters ask for. Foreseen errors become part of the page. */
export async function searchPage(
  context: ReportContext,
  asked: Parameters,
  page: number,
): Promise<SearchPage> {
  const columns = given(asked, "_columns").length > 0 ? given(asked, "_columns") : DEFAULT_COLUMNS;
  const facets = given(asked, "_facets").length > 0 ? given(asked, "_facets") : ["signature"];
  const sort = given(asked, "_sort");
  const parameters = new Map([
    ...withoutPaging(asked),
    ["_columns", ["uuid", ...columns]],
    ["_facets", facets],
  ] as [string, readonly string[]][]);
  const form = { facets, columns, sort, lines: formLines(asked, context) };
  const options: ParseOptions = { now: context.now, viewer: context.viewer, mode: "form" };
  const lap = stopwatch();
  try {
    const parsed = parseSearch(parameters, options);
    const { plan } = parsed;
    const warnings = searchWarnings(ofSearch(asked), parsed, options);
    const paged = {
      ...plan,
      limit: PAGE_SIZE,
      offset: Math.min((page - 1) * PAGE_SIZE, LIMITS.window - PAGE_SIZE),
    };
    const parse_ms = lap();
    const result = await context.search.search(paged, { asked: { viewer: context.viewer, parameters } });
    const timings = { parse_ms, search_ms: lap() };
    const pages = Math.ceil(Math.min(result.total, LIMITS.window) / PAGE_SIZE);
    const dates = { from: plan.from.at.slice(0, 16), to: plan.to.at.slice(0, 16) };
    return {
      form: { ...form, ...dates, query: queryText(parsed.text.where) },
      query: queryField(asked, parsed, options),
      warnings,
      explanation: explanation(context.search, paged, { viewer: context.viewer, timings }),
      plan,
      result,
      error: null,
      page,
      pages,
    };
  } catch (error) {
    if (!isAppError(error)) throw error;
    const query = refusedQueryField(asked, error);
    return {
      form: { ...form, from: "", to: "", query: query.text },
      query,
      warnings: [],
      explanation: null,
      plan: null,
      result: null,
      error: error.message,
      page: 1,
      pages: 0,
    };
  }
}

function withoutPaging(asked: Parameters): readonly (readonly [string, readonly string[]])[] {
  return [...asked].filter(
    ([name]) => !["_results_number", "_results_offset", "_facets_size", "_return_query"].includes(name),
  );
}

/** Without what only the page knows. */
function ofSearch(asked: Parameters): Parameters {
  return new Map([...asked].filter(([name]) => name !== "page" && name !== "_tab"));
}

function formLines(asked: Parameters, { viewer }: ReportContext): readonly FormLine[] {
  return filteredFields(asked, (field) => visible(viewer, field)).flatMap((field) =>
    given(asked, field.name).map((value) => formLine(field, value)),
  );
}

/** The fields that a form holds. */
export function fieldsIn({ lines, facets, columns }: SearchPage["form"]): readonly string[] {
  return [...lines.map(({ field }) => field), ...facets, ...columns];
}

/** What asks the API for all crashes of a plan, and none that came later; null for a plan too long to be written. */
export function exportParameters({ from, to, where, columns, sort }: SearchPlan): LinkParameters | null {
  const query = queryText(where);
  if (query.length > LIMITS.queryTextLength) return null;
  return {
    date: [`>${from.inclusive ? "=" : ""}${from.at}`, `<${to.inclusive ? "=" : ""}${to.at}`],
    _query: query === "" ? undefined : query,
    _columns: columns,
    _sort: sort.map(({ field, descending }) => (descending ? `-${field}` : field)),
  };
}

/** The columns of a plan that a table shows. */
export function shownColumns(plan: SearchPlan): readonly FieldName[] {
  return plan.columns.filter((column) => column !== "uuid");
}

/** The facets of a result that are lists of terms, in the order they were asked for. */
export function termFacets(page: SearchPage): readonly FieldName[] {
  return page.form.facets
    .flatMap((name) => fieldNamed(name)?.name ?? [])
    .filter((name) => page.result?.facets[name] !== undefined);
}
