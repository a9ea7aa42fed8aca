import { parameterErrors } from "#lib/core/errors";
import { href } from "#lib/core/links";
import { fieldNamed } from "#lib/fields/catalogue";
import type { ParsedSearch, ParseOptions } from "#lib/search/plan/parameters";
import { errorColumn } from "#lib/search/plan/query-text/invalid-query-text";
import { queryText } from "#lib/search/plan/query-text/printer";
import { given, type Parameters } from "#lib/search/plan/request";
import { toParameters } from "#lib/search/plan/to-parameters";

/** The text field of the search page: all filters of the search in one text. */
export interface QueryField {
  readonly text: string;
  /** What is wrong with the text; null when nothing is. */
  readonly problem: { readonly message: string; readonly column: number | null } | null;
  /** The rest of the search, which is kept when another text is asked. */
  readonly kept: readonly (readonly [name: string, value: string])[];
  /** Address of the same search without a text; null when filters cannot say it, or there is no text. */
  readonly formHref: string | null;
  readonly inUse: boolean;
}

/** The field of a search that was understood: its text says the filters of the form, too. */
export function queryField(asked: Parameters, parsed: ParsedSearch, options: ParseOptions): QueryField {
  const inUse = given(asked, "_query").length > 0;
  const rest = new Map([...asked].filter(([name]) => !isFilter(name) && name !== "_query"));
  if (parsed.text.dates.length > 0) rest.set("date", dateValues(parsed));
  const filters = inUse ? toParameters(parsed.plan.where, options) : null;
  return {
    text: queryText(parsed.plan.where),
    problem: null,
    kept: pairs(rest),
    formHref: filters && href("/search/", Object.fromEntries([...rest, ...filters])),
    inUse,
  };
}

/** The field of a search that was not: the text as it was asked, and what is wrong with it if that is it. */
export function refusedQueryField(asked: Parameters, error: unknown): QueryField {
  const message = parameterErrors(error)?._query?.join(" ");
  const [text = ""] = given(asked, "_query");
  return {
    text,
    problem: message === undefined ? null : { message, column: errorColumn(error) },
    kept: pairs(new Map([...asked].filter(([name]) => name !== "_query"))),
    formHref: null,
    inUse: text !== "",
  };
}

/** The bounds of a search as values of `date`. */
function dateValues({ plan: { from, to } }: ParsedSearch): readonly string[] {
  return [`>${from.inclusive ? "=" : ""}${from.at}`, `<${to.inclusive ? "=" : ""}${to.at}`];
}

/** Filters become part of the text. What is no field and no word of the page says nothing. */
function isFilter(name: string): boolean {
  return name !== "date" && (fieldNamed(name) !== undefined || !name.startsWith("_"));
}

function pairs(parameters: Parameters): QueryField["kept"] {
  return [...parameters]
    .filter(([name]) => name !== "page")
    .flatMap(([name, values]) => values.map((value) => [name, value] as const));
}
