import { BadArgument } from "#lib/core/errors";
import type { FieldName } from "#lib/fields/catalogue";
import type { Field } from "#lib/fields/field";
import { LIMITS } from "./limits";
import type { Clause, Operator } from "./plan";
import { parseValue, type ParsedValue } from "./values";

const RANGES: ReadonlySet<Operator> = new Set([">", ">=", "<", "<="]);

/**
 * The clause for all values of one field. Values with an operator come first, in the order given,
 * then those without one as "any of these", plain and negated apart. Ranges narrow what stands
 * before them (AND), everything else widens it (OR), negated or not.
 */
export function clauseFor(field: Field<FieldName>, values: readonly string[]): Clause {
  const parsed = values.map((value) => parseValue(field, value)).map((value) => betaPrefix(field, value));
  const withOperator = parsed.filter(({ operator }) => operator !== "has");
  const parts = [
    ...withOperator.map((value) => ({
      clause: polar(value, test(field, value)),
      isRange: RANGES.has(value.operator),
    })),
    ...[false, true].flatMap((negated) => {
      const same = parsed.filter((value) => value.operator === "has" && value.negated === negated);
      const clause: Clause = { kind: "any", of: same.map((value) => test(field, value)) };
      return same.length === 0 ? [] : [{ clause: polar({ negated }, clause), isRange: false }];
    }),
  ];
  const changes = parts.filter(({ isRange }, index) => index > 0 && isRange !== parts[index - 1]?.isRange);
  if (changes.length > LIMITS.filterDepth)
    throw new BadArgument(
      `${field.name} changes between ranges and other values ${changes.length} times, at most ${LIMITS.filterDepth} are accepted. Group them, or use _query.`,
    );
  return fold(parts);
}

interface Part {
  readonly clause: Clause;
  readonly isRange: boolean;
}

/** Clauses joined in the same way lie side by side, so that thousands of values do not nest thousands deep. */
function fold(parts: readonly Part[]): Clause {
  let folded: { kind: "all" | "any"; of: Clause[] } = { kind: "any", of: [] };
  for (const { clause, isRange } of parts) {
    const kind = isRange ? "all" : "any";
    if (folded.kind === kind) folded.of.push(clause);
    else folded = { kind, of: folded.of.length > 1 ? [folded, clause] : [...folded.of, clause] };
  }
  const [only] = folded.of;
  return only && folded.of.length === 1 ? only : folded;
}

function test(field: Field<FieldName>, { operator, value }: ParsedValue): Clause {
  return { kind: "test", field: field.name, operator, value };
}

function polar({ negated }: { readonly negated: boolean }, clause: Clause): Clause {
  return negated ? { kind: "not", clause } : clause;
}

/** A plain version that ends in `b` means all betas of it: `98.0b` finds 98.0b1, 98.0b2 … */
function betaPrefix(field: Field, parsed: ParsedValue): ParsedValue {
  const isBeta = field.name === "version" && parsed.operator === "has" && String(parsed.value).endsWith("b");
  return isBeta ? { ...parsed, operator: "^" } : parsed;
}
