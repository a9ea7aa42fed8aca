/** How values of a field are kept: all that a search engine may ask about it. */
export type IndexType =
  /** Exact text, case kept. */
  | "keyword"
  /** Words of a text, with an exact copy beside it (`full`) for exact tests, facets and sort. */
  | "text"
  /** Text that is a list of terms split on `;`, lower-cased. */
  | "list"
  | "boolean"
  | "short"
  | "integer"
  | "long"
  | "double"
  | "date";

/** What kind of question can be asked of a field; decides its operators. */
export type QueryType = "enum" | "string" | "integer" | "float" | "bool" | "date";

/** How the values of a filter are read, as in the reference (`data_validation_type`). */
export type ValueType = "enum" | "str" | "int" | "float" | "bool" | "datetime";

/** Who may see, filter, sort and facet a field. `protected` needs `view_pii`. */
export type Access = "public" | "protected";

/**
 * A searchable field, defined once: search parameters, engine mapping, columns, documents,
 * permissions, form and documentation are all derived from it.
 */
export interface Field<Name extends string = string> {
  readonly name: Name;
  readonly description: string;
  readonly access: Access;
  readonly query: QueryType;
  readonly index: IndexType;
  /** Where the value is in the processed crash, dotted; `[]` stands for the items of a list. */
  readonly path: string;
  /** Where it is in a search index, dotted, when that is another place than `path`. */
  readonly indexPath?: string;
  /** The annotation that the processor copies to `path` when no rule does so. */
  readonly annotation?: string;
  /** The values that a form offers. */
  readonly choices?: readonly string[];
  /** Holds several values per crash. */
  readonly multiple?: boolean;
  /** The value that a crash without one is indexed with. */
  readonly absent?: boolean;
}
