import type { Field, IndexType, QueryType } from "./field";

/** What a field may say beyond its name, description and index type. */
type Extras = Partial<Omit<Field, "name" | "description" | "index">>;

const usualQuery: Readonly<Record<IndexType, QueryType>> = {
  keyword: "string",
  text: "string",
  list: "string",
  boolean: "bool",
  short: "integer",
  integer: "integer",
  long: "integer",
  double: "float",
  date: "date",
};

const builder =
  (index: IndexType) =>
  <Name extends string>(name: Name, description: string, extras: Extras = {}): Field<Name> => ({
    name,
    description,
    index,
    access: "public",
    query: usualQuery[index],
    path: name,
    ...extras,
  });

/** Exact text. */
export const keyword = builder("keyword");
/** Words, with an exact copy. */
export const text = builder("text");
/** Terms split on `;`. */
export const list = builder("list");
export const flag = builder("boolean");
export const short = builder("short");
export const integer = builder("integer");
export const long = builder("long");
export const double = builder("double");
export const date = builder("date");
