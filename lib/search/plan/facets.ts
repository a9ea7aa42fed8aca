import { BadArgument, InvalidParameters } from "#lib/core/errors";
import { fieldNamed, hasHistogram, type FieldName } from "#lib/fields/catalogue";
import type { Field } from "#lib/fields/field";
import { LIMITS } from "./limits";
import type { Facet } from "./plan";
import { given, withoutSign, type Parameters } from "./request";

/** Intervals of a date histogram: calendar units, one of each. */
export const DATE_INTERVALS: Readonly<Record<string, string>> = {
  minute: "minute",
  "1m": "minute",
  hour: "hour",
  "1h": "hour",
  day: "day",
  "1d": "day",
  week: "week",
  "1w": "week",
  month: "month",
  "1M": "month",
  quarter: "quarter",
  "1q": "quarter",
  year: "year",
  "1y": "year",
};

/** What a facet may name, and whether naming something else is an error or is passed over. */
export interface FacetRules {
  readonly mayUse: (field: Field) => boolean;
  readonly refuseUnknown: boolean;
}

/** Below it, the bounds of intervals are no longer told apart. */
const SMALLEST_INTERVAL = 1e-6;

/**
 * The facets of a search, from `_facets`, `_aggs.*` (up to 20 fields deep) and `_histogram.*`. A facet
 * below a field replaces the plain facet of that field. Parameters with other fields in their names are
 * unknown parameters, which say nothing. Throws BadArgument for unknown names in values where the rules
 * refuse them, for deeper paths, and for intervals that are none.
 */
export function parseFacets(parameters: Parameters, rules: FacetRules): readonly Facet[] {
  const context = { parameters, rules };
  const tops = new Map<string, Facet>();
  const asked = given(parameters, "_facets").flatMap((name) => namedFacet(name, context));
  const chosen = asked.length > 0 ? asked : namedFacet("signature", context);
  for (const facet of chosen) tops.set(facetKey(facet), facet);

  const nested = [...parameters.keys()].filter((name) => name.startsWith("_aggs.")).sort(deepestFirst);
  for (const name of nested) {
    const path = pathOf(name, rules);
    const facets = path.length === 0 ? [] : subFacets(name, context);
    if (facets.length === 0) continue;
    const [top] = path.reduceRight<readonly Facet[]>(
      (below, field) => [{ kind: "terms", field, facets: below }],
      facets,
    );
    if (top) tops.set(facetKey(top), path.length > 1 ? merged(tops.get(facetKey(top)), top) : top);
  }

  for (const name of [...parameters.keys()].filter((key) => key.startsWith("_histogram."))) {
    const [facet] = namedFacet(name, { parameters, rules: { ...rules, refuseUnknown: false } });
    if (facet?.kind !== "histogram") continue;
    const facets = subFacets(name, context);
    if (facets.length > 0) tops.set(facetKey(facet), { ...facet, facets });
  }
  return [...tops.values()];
}

/** The name of a facet in the answer. */
export function facetKey({ kind, field }: Facet): string {
  return kind === "terms" ? field : `${kind}_${field}`;
}

interface Context {
  readonly parameters: Parameters;
  readonly rules: FacetRules;
}

/** The fields of `_aggs.a.b.c`, none when one of them may not be used. */
function pathOf(parameter: string, { mayUse }: FacetRules): readonly FieldName[] {
  const steps = fieldsOfPath(parameter);
  const fields = steps.flatMap((step) => fieldNamed(step) ?? []).filter(mayUse);
  if (fields.length < steps.length) return [];
  if (steps.length > LIMITS.facetDepth)
    throw new BadArgument(
      `${parameter.slice(0, 100)}… has ${steps.length} fields, at most ${LIMITS.facetDepth} are accepted`,
    );
  return fields.map(({ name }) => name);
}

/** The names in `_aggs.a.annotation.B.c`: an annotation's field is two steps, so that its name may hold no dots here. */
export function fieldsOfPath(parameter: string): readonly string[] {
  return parameter.slice("_aggs.".length).match(/annotation\.[^.]*|[^.]+|(?<=\.|^)(?=\.|$)/g) ?? [];
}

function subFacets(parameter: string, context: Context): readonly Facet[] {
  const facets = given(context.parameters, parameter).flatMap((name) => namedFacet(name, context));
  return [...new Map(facets.map((facet) => [facetKey(facet), facet])).values()];
}

/** One facet or none: `field`, `_cardinality.field`, `_histogram.field`. */
function namedFacet(text: string, context: Context): readonly Facet[] {
  const name = withoutSign(text);
  const [, kind, fieldName] = /^_(cardinality|histogram)\.(.*)$/.exec(name) ?? [];
  const field = usableField(fieldName ?? name, context);
  if (!field) return [];
  if (kind === "cardinality") return [{ kind, field: field.name }];
  if (kind !== "histogram") return [{ kind: "terms", field: field.name, facets: [] }];
  return hasHistogram(field)
    ? [{ kind, field: field.name, interval: intervalOf(field, context.parameters), facets: [] }]
    : [];
}

function usableField(name: string, { rules }: Context): Field<FieldName> | null {
  const field = fieldNamed(name);
  if (field && rules.mayUse(field)) return field;
  if (!rules.refuseUnknown) return null;
  throw new BadArgument(`Unknown field '${name}'`);
}

function intervalOf(field: Field, parameters: Parameters): string | number {
  const parameter = `_histogram_interval.${field.name}`;
  const text = given(parameters, parameter).at(-1);
  if (field.query === "date") {
    const unit = Object.hasOwn(DATE_INTERVALS, text ?? "day") ? DATE_INTERVALS[text ?? "day"] : undefined;
    if (unit === undefined) throw new BadArgument(`Bad value for parameter(s) '${parameter}'`);
    return unit;
  }
  const number = Number(text ?? "1");
  if (field.query === "integer" && !Number.isInteger(number))
    throw new InvalidParameters({ [parameter]: ["Enter a whole number."] });
  if (Number.isNaN(number)) throw new InvalidParameters({ [parameter]: ["Enter a number."] });
  if (!Number.isFinite(number) || number < SMALLEST_INTERVAL)
    throw new BadArgument(`Bad value for parameter(s) '${parameter}'`);
  return number;
}

function merged(existing: Facet | undefined, added: Facet): Facet {
  if (existing?.kind !== "terms" || added.kind !== "terms") return added;
  const facets = new Map(existing.facets.map((facet) => [facetKey(facet), facet]));
  for (const facet of added.facets) facets.set(facetKey(facet), merged(facets.get(facetKey(facet)), facet));
  return { ...existing, facets: [...facets.values()] };
}

function deepestFirst(one: string, other: string): number {
  return other.split(".").length - one.split(".").length;
}
