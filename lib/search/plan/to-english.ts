import { fieldNamed } from "#lib/fields/catalogue";
import type { Field } from "#lib/fields/field";
import { normalised } from "./normalise";
import type { Clause, DateBound, Facet, Operator, SearchPlan, Value } from "./plan";
import { valueText } from "./query-text/printer";

const MOST_NAMES = 8;
const MOST_VALUES = 20;
const LONGEST_FILTER = 2_000;

/** What a search does, in two sentences for the person who asked. */
export function toEnglish(plan: SearchPlan): string {
  return `${whatIsFound(plan)} ${whatIsShown(plan)}`;
}

function whatIsFound({ from, to, where }: SearchPlan): string {
  const dates = `${from.inclusive ? "from" : "after"} ${moment(from)} ${to.inclusive ? "until" : "before"} ${moment(to)} (UTC)`;
  const plain = normalised(where);
  if (plain.kind === "all" && plain.of.length === 0) return `All crashes ${dates}.`;
  const filter = phrase(plain);
  const cut = filter.length > LONGEST_FILTER ? `${filter.slice(0, LONGEST_FILTER)}…`.toWellFormed() : filter;
  return `Crashes ${dates} where ${cut}.`;
}

function moment({ at }: DateBound): string {
  return at.replace("T", " ").replace("+00:00", "");
}

function phrase(clause: Clause): string {
  switch (clause.kind) {
    case "test":
      return testPhrase(clause, false);
    case "not":
      return notPhrase(clause.clause);
    case "all":
      return clause.of.length === 0 ? "anything holds" : clause.of.map(inner).join(" and ");
    case "any":
      return clause.of.length === 0
        ? "nothing holds"
        : (listPhrase(clause.of, "any") ?? clause.of.map(inner).join(" or "));
  }
}

function notPhrase(clause: Clause): string {
  if (clause.kind === "test") return testPhrase(clause, true);
  const list = clause.kind === "any" ? listPhrase(clause.of, "none") : null;
  return list ?? `not ${inner(clause)}`;
}

/** What could be read in two ways stands in parentheses. */
function inner(clause: Clause): string {
  const text = phrase(clause);
  const isJoined = clause.kind === "all" || clause.kind === "any";
  return isJoined && clause.of.length > 1 && listPhrase(clause.of, "any") === null ? `(${text})` : text;
}

type Test = Extract<Clause, { readonly kind: "test" }>;

/** "product is any of …" for several values of one field; null when the clauses are no such list. */
function listPhrase(clauses: readonly Clause[], quantity: "any" | "none"): string | null {
  const tests = clauses.filter((clause): clause is Test => clause.kind === "test");
  const [first] = tests;
  if (!first || tests.length < 2 || tests.length < clauses.length) return null;
  if (tests.some(({ field, operator }) => field !== first.field || operator !== first.operator)) return null;
  if (verbs(fieldNamed(first.field), first.operator)[0] !== "is") return null;
  return `${first.field} is ${quantity} of ${enumerated(
    tests.map(({ value }) => valueText(value)),
    MOST_VALUES,
  )}`;
}

function testPhrase({ field, operator, value }: Test, negated: boolean): string {
  const [positive, negative] = verbs(fieldNamed(field), operator);
  return `${field} ${negated ? negative : positive}${object(operator, value)}`;
}

function object(operator: Operator, value: Value): string {
  return operator === "__null__" || operator === "__true__" ? "" : ` ${valueText(value)}`;
}

const VERBS: Readonly<Record<Exclude<Operator, "has">, readonly [string, string]>> = {
  "=": ["is exactly", "is not exactly"],
  "~": ["contains", "does not contain"],
  "^": ["begins with", "does not begin with"],
  $: ["ends with", "does not end with"],
  "@": ["matches", "does not match"],
  ">": ["is above", "is not above"],
  ">=": ["is at least", "is not at least"],
  "<": ["is below", "is not below"],
  "<=": ["is at most", "is not at most"],
  __null__: ["has no value", "has a value"],
  __true__: ["is true", "is not true"],
};

function verbs({ index }: Field, operator: Operator): readonly [string, string] {
  if (operator !== "has") return VERBS[operator];
  if (index === "text") return ["has a word of", "has no word of"];
  return index === "list" ? ["has a term of", "has no term of"] : ["is", "is not"];
}

function whatIsShown(plan: SearchPlan): string {
  const hits =
    plan.limit === 0
      ? "Shows none of them"
      : `Shows ${enumerated(plan.columns, MOST_NAMES)} of ${page(plan)}, ${order(plan)}`;
  const facets = plan.facets.map(facetPhrase);
  return facets.length === 0
    ? `${hits}.`
    : `${hits}, and counts ${enumerated(facets, MOST_NAMES)}, ${plan.facetSize} values each at most.`;
}

function page({ offset, limit }: SearchPlan): string {
  return offset === 0 ? `the first ${limit}` : `numbers ${offset + 1} to ${offset + limit}`;
}

function order({ sort }: SearchPlan): string {
  const fields = sort.map(({ field, descending }) => `${field} ${descending ? "descending" : "ascending"}`);
  return fields.length === 0 ? "the newest first" : `by ${enumerated(fields, MOST_NAMES)}`;
}

function facetPhrase(facet: Facet): string {
  if (facet.kind === "cardinality") return `different values of ${facet.field}`;
  const by = facet.kind === "terms" ? `by ${facet.field}` : `by ${facet.field} per ${facet.interval}`;
  return facet.facets.length === 0
    ? by
    : `${by} (in each ${enumerated(facet.facets.map(facetPhrase), MOST_NAMES)})`;
}

function enumerated(items: readonly string[], most: number): string {
  if (items.length === 0) return "nothing";
  const shown = items.slice(0, most);
  if (items.length > most) return `${shown.join(", ")} and ${items.length - most} more`;
  return shown.length < 2 ? shown.join("") : `${shown.slice(0, -1).join(", ")} and ${shown.at(-1)}`;
}
