import type { QueryType } from "#lib/fields/field";

/** A field as the search form offers it. */
export interface FormField {
  readonly name: string;
  readonly label: string;
  readonly query: QueryType;
  readonly choices: readonly string[];
}
