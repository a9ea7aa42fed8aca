import { BadArgument, InvalidParameters } from "#lib/core/errors";
import type { Facet } from "./plan";
import { given, type Parameters } from "./request";

/**
 * Bounds of a search, so that none takes the server away from everybody else. All are named in
 * docs/super-search.md. Those of time and of buckets are the engines' to keep, all others are kept before one is asked.
 */
export const LIMITS = {
  /** Names and values in a query string. */
  parameters: 3_000,
  /** Characters of one value of a parameter, but for cursors. */
  valueLength: 10_000,
  /** Values of all filters that are parameters. */
  filterValues: 2_000,
  /** Times that the values of one field may change between ranges and others: each is a level of nesting. */
  filterDepth: 50,
  /** Characters of a regular expression with its repetitions written out. */
  expressionSize: 10_000,
  queryTextLength: 10_000,
  queryTextDepth: 50,
  queryTextFilters: 1_000,
  cursorLength: 200_000,
  /** Hits in an answer. */
  results: 1_000,
  /** Hits that can be reached by an offset. */
  window: 10_000,
  facetSize: 10_000,
  /** Facets in a search, those inside others counted. */
  facets: 500,
  /** Facets inside each other; an engine's work doubles with each, and nobody reads so many. */
  facetDepth: 20,
  /** Buckets in an answer: as many as Elasticsearch has by itself. */
  buckets: 65_535,
  days: 365,
  searchSeconds: 30,
  customQuerySeconds: 120,
  /** Characters of a custom query. */
  customQueryLength: 100_000,
  /** Objects and lists inside each other in a custom query. */
  customQueryDepth: 50,
  customAnswerBytes: 50 * 1024 * 1024,
} as const;

/** Throws InvalidParameters or BadArgument where parameters are too many or too long, whatever they say. */
export function refuseTooMany(parameters: Parameters): void {
  let count = 0;
  for (const [name, values] of parameters) {
    count += values.length;
    if (name !== "_query" && name !== "_cursor" && values.some(({ length }) => length > LIMITS.valueLength))
      throw new InvalidParameters({
        [name.slice(0, 100)]: [`At most ${LIMITS.valueLength} characters are accepted in a value.`],
      });
  }
  if (count > LIMITS.parameters)
    throw new BadArgument(
      `The search has ${count} parameters, at most ${LIMITS.parameters} are accepted. Join filters in _query, by IN (…).`,
    );
}

/** Throws BadArgument for more values of filters than a search may have. */
export function refuseManyValues(parameters: Parameters, fields: readonly string[]): void {
  const count = fields.reduce((sum, name) => sum + given(parameters, name).length, 0);
  if (count > LIMITS.filterValues)
    throw new BadArgument(
      `The filters have ${count} values, at most ${LIMITS.filterValues} are accepted. Ask in several searches.`,
    );
}

/** Throws BadArgument for more facets than a search may have. */
export function refuseManyFacets(facets: readonly Facet[]): void {
  const count = facetCount(facets);
  if (count > LIMITS.facets)
    throw new BadArgument(
      `The search has ${count} facets, at most ${LIMITS.facets} are accepted. Ask in several searches.`,
    );
}

function facetCount(facets: readonly Facet[]): number {
  return facets.reduce(
    (sum, facet) => sum + 1 + (facet.kind === "cardinality" ? 0 : facetCount(facet.facets)),
    0,
  );
}
