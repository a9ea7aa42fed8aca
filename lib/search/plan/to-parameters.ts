import { isAppError } from "#lib/core/errors";
import { fieldNamed, type FieldName } from "#lib/fields/catalogue";
import { conjuncts, normalised, sayTheSame } from "./normalise";
import { parseSearch, type ParseOptions } from "./parameters";
import type { Clause } from "./plan";
import type { Parameters } from "./request";

/**
 * The filter parameters that say a clause, for whoever and in whichever mode the options are; null when
 * one value after the other per field cannot say it. What comes out has been read again and compared.
 */
export function toParameters(where: Clause, options: ParseOptions): Parameters | null {
  const parameters = new Map<FieldName, readonly string[]>();
  for (const clause of conjuncts(normalised(where))) {
    const field = onlyField(clause);
    if (field === null) return null;
    parameters.set(field, [...(parameters.get(field) ?? []), ...valuesOf(clause, "")]);
  }
  try {
    return sayTheSame(parseSearch(parameters, options).plan.where, where) ? parameters : null;
  } catch (error) {
    if (!isAppError(error)) throw error;
    return null;
  }
}

/** The one field a clause is about; null when there are several or none. */
function onlyField(clause: Clause): FieldName | null {
  if (clause.kind === "test") return clause.field;
  const fields = clause.kind === "not" ? [onlyField(clause.clause)] : clause.of.map(onlyField);
  const [first = null] = fields;
  return fields.every((field) => field === first) ? first : null;
}

function valuesOf(clause: Clause, sign: "" | "!"): readonly string[] {
  if (clause.kind === "not") return valuesOf(clause.clause, sign === "" ? "!" : "");
  if (clause.kind !== "test") return clause.of.flatMap((part) => valuesOf(part, sign));
  const { operator, value } = clause;
  if (operator === "__null__" || operator === "__true__") return [`${sign}${operator}`];
  const isBeta = fieldNamed(clause.field).query === "enum" && operator === "^";
  return [`${sign}${operator === "has" || isBeta ? "" : operator}${String(value)}`];
}
