import { queryText } from "../query-text/printer";
import type { Clause } from "../plan";
import { given, type Parameters } from "../request";

/** A condition that was understood, and probably does not mean what its asker means. */
export interface Warning {
  readonly parameter: string;
  readonly message: string;
  /** The query string of the search that was probably meant. */
  readonly suggestion?: string;
}

/** The query string with other values for some parameters; no values take one away. */
export function corrected(parameters: Parameters, changes: Parameters): string {
  const query = new URLSearchParams();
  for (const [name, values] of new Map([...parameters, ...changes]))
    for (const value of values) query.append(name, value);
  return query.toString();
}

/** The query string with one parameter's filter said in the query text instead. */
export function correctedByText(parameters: Parameters, parameter: string, clause: Clause): string {
  const [text] = given(parameters, "_query");
  const added = queryText(clause);
  const joined = text === undefined ? added : `(${text}) AND (${added})`;
  return corrected(
    parameters,
    new Map([
      [parameter, []],
      ["_query", [joined]],
    ]),
  );
}

const LONGEST_QUOTE = 100;

/** A value as a message shows it. */
export function quote(value: string): string {
  return `'${value.length > LONGEST_QUOTE ? `${value.slice(0, LONGEST_QUOTE)}…`.toWellFormed() : value}'`;
}
