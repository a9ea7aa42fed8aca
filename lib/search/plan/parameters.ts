import { BadArgument, InvalidParameters } from "#lib/core/errors";
import type { Viewer } from "#lib/core/viewer";
import { visible } from "#lib/fields/access";
import { isAnnotationName } from "#lib/fields/annotations";
import { fieldNamed, type FieldName } from "#lib/fields/catalogue";
import type { Field } from "#lib/fields/field";
import { clauseFor } from "./combine";
import { decodeCursor, FIRST_PAGE, orderOf } from "./cursor";
import { dateRange } from "./dates";
import { refuseExplosive } from "./expression-size";
import { parseFacets } from "./facets";
import { formParameters } from "./form-rules";
import { LIMITS, refuseManyFacets, refuseManyValues, refuseTooMany } from "./limits";
import { conjuncts } from "./normalise";
import type { Clause, SearchPlan, Sort } from "./plan";
import { parseQueryText, type ParsedText } from "./query-text/parser";
import { filteredFields, given, withoutSign, type Parameters } from "./request";
import { isTruthy } from "./values";

export interface ParseOptions {
  readonly now: Date;
  readonly viewer: Viewer;
  /**
   * `public`: what names a field that the viewer may not see, or none, is passed over.
   * `unredacted`: it is refused. `form`: as public, and held to the rules of a search form.
   */
  readonly mode: "public" | "unredacted" | "form";
}

export interface ParsedSearch {
  readonly plan: SearchPlan;
  /** What `_query` said; the plan has it, too. */
  readonly text: ParsedText;
  /** The asker wants the engine's query instead of the answer. */
  readonly returnQuery: boolean;
  /** The asker wants to know how the answer came about. */
  readonly explain: boolean;
  /** The asker goes from page to page by cursors. */
  readonly byCursor: boolean;
}

const DEFAULT_COLUMNS: readonly FieldName[] = ["uuid", "date", "signature", "product", "version"];

/**
 * Turns Super Search parameters into a plan. Unknown parameters are ignored. Throws BadArgument or
 * InvalidParameters, in the reference's words, for values that are not accepted.
 */
export function parseSearch(asked: Parameters, options: ParseOptions): ParsedSearch {
  refuseTooMany(asked);
  refuseNull(asked);
  const mayUse: MayUse = (field) => visible(options.viewer, field);
  const parameters = options.mode === "form" ? formParameters(asked, mayUse) : asked;
  const refuseUnknown = options.mode === "unredacted";
  const offset = wholeNumber(parameters, "_results_offset", 0);
  const limit = wholeNumber(parameters, "_results_number", 100);
  const facetSize = wholeNumber(parameters, "_facets_size", 50);
  checkWindow(offset, limit, facetSize);
  const text = queryTextOf(parameters, mayUse);
  const sort = withoutRepeats(
    given(parameters, "_sort").flatMap((name) => sortBy(name, { mayUse, refuseUnknown })),
  );
  const cursor = given(parameters, "_cursor").at(-1);
  if (cursor !== undefined && offset > 0)
    throw new InvalidParameters({ _results_offset: ["A page by _cursor has no offset."] });
  const plan: SearchPlan = {
    ...dateRange(fieldNamed("date"), [...given(parameters, "date"), ...text.dates], options.now),
    where: { kind: "all", of: [...filters(parameters, mayUse), ...conjuncts(text.where)] },
    columns: columns(given(parameters, "_columns"), mayUse),
    sort,
    offset,
    limit,
    ...(cursor !== undefined && cursor !== FIRST_PAGE && { after: decodeCursor(cursor, orderOf({ sort })) }),
    facets: facetSize === 0 ? [] : parseFacets(parameters, { mayUse, refuseUnknown }),
    facetSize,
  };
  refuseManyFacets(plan.facets);
  refuseExplosive(plan.where);
  return {
    plan,
    text,
    returnQuery: says(parameters, "_return_query"),
    explain: says(parameters, "_explain"),
    byCursor: cursor !== undefined,
  };
}

function says(parameters: Parameters, name: string): boolean {
  return isTruthy(given(parameters, name).at(-1) ?? "");
}

type MayUse = (field: Field) => boolean;

function filters(parameters: Parameters, mayUse: MayUse): readonly Clause[] {
  const fields = filteredFields(parameters, mayUse);
  refuseManyValues(
    parameters,
    fields.map(({ name }) => name),
  );
  return fields.map((field) => clauseFor(field, given(parameters, field.name)));
}

/** What the text of a search says, joined to its other filters by AND. */
function queryTextOf(parameters: Parameters, mayUse: MayUse): ParsedText {
  const [text = "", ...more] = given(parameters, "_query");
  if (more.length > 0)
    throw new InvalidParameters({ _query: ["Only one query text is accepted. Join several by AND."] });
  return parseQueryText(text, mayUse);
}

function columns(names: readonly string[], mayUse: MayUse): readonly FieldName[] {
  if (names.length === 0) return DEFAULT_COLUMNS;
  const fields = names.map(withoutSign).map((name) => {
    const field = fieldNamed(name);
    // Everybody may know which fields the catalogue has, but not which annotations there are.
    if (!field || (isAnnotationName(name) && !mayUse(field)))
      throw new BadArgument(`Unknown field '${name}'`);
    return field;
  });
  return [...new Set(fields.filter(mayUse).map(({ name }) => name))];
}

function sortBy(text: string, rules: { mayUse: MayUse; refuseUnknown: boolean }): readonly Sort[] {
  const signed = withoutSign(text);
  const descending = signed.startsWith("-");
  const name = descending ? signed.slice(1) : signed;
  const field = fieldNamed(name);
  if (field && rules.mayUse(field)) return [{ field: field.name, descending }];
  if (rules.refuseUnknown) throw new BadArgument(`Unknown field '${name}'`);
  return [];
}

/** A field that is sorted by already orders nothing more. */
function withoutRepeats(sort: readonly Sort[]): readonly Sort[] {
  const known = new Map<FieldName, Sort>();
  for (const one of sort) if (!known.has(one.field)) known.set(one.field, one);
  return [...known.values()];
}

function wholeNumber(parameters: Parameters, name: string, byDefault: number): number {
  const text = given(parameters, name).at(-1)?.trim();
  if (text === undefined) return byDefault;
  if (!/^[+-]?\d+$/.test(text)) throw new InvalidParameters({ [name]: ["Enter a whole number."] });
  return Number(text);
}

function checkWindow(offset: number, limit: number, facetSize: number): void {
  if (limit > LIMITS.results) throw new BadArgument("_results_number cannot be greater than 1,000");
  if (limit < 0) throw new BadArgument("_results_number cannot be negative");
  if (offset < 0) throw new BadArgument("_results_offset cannot be negative");
  if (offset + limit > LIMITS.window)
    throw new BadArgument("_results_offset + _results_number cannot be greater than 10,000");
  if (facetSize > LIMITS.facetSize)
    throw new BadArgument("Bad value for parameter(s) '_facets_size greater than 10,000'");
  if (facetSize < 0) throw new BadArgument("_facets_size cannot be negative");
}

function refuseNull(parameters: Parameters): void {
  for (const [name, values] of parameters)
    if (values.some((value) => value.includes("\0")))
      throw new InvalidParameters({ [name]: ["Null characters are not allowed."] });
}
