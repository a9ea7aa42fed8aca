import { annotationField, type AnnotationName } from "./annotations";
import { ENTRIES } from "./catalogue/entries";
import type { Field, ValueType } from "./field";

type EntryName = (typeof ENTRIES)[number]["name"];

/** The name of a searchable field: a misspelt one does not compile. */
export type FieldName = EntryName | AnnotationName;

/** Every field of the catalogue, by name. Annotations are fields beside them: see `fieldNamed`. */
export const FIELDS: readonly Field<EntryName>[] = [...ENTRIES].sort((one, other) =>
  one.name < other.name ? -1 : 1,
);

const byName: ReadonlyMap<string, Field<FieldName>> = new Map(FIELDS.map((field) => [field.name, field]));

/** The field of that name, of the catalogue or `annotation.<Name>`; undefined when there is none. */
export function fieldNamed(name: FieldName): Field<FieldName>;
export function fieldNamed(name: string): Field<FieldName> | undefined;
export function fieldNamed(name: string): Field<FieldName> | undefined {
  return byName.get(name) ?? annotationField(name);
}

/** How the values of a filter on this field are read. */
export function valueTypeOf(field: Field): ValueType {
  if (field.index === "boolean") return "bool";
  const types = {
    enum: "enum",
    string: "str",
    integer: "int",
    float: "float",
    bool: "bool",
    date: "datetime",
  } as const;
  return types[field.query];
}

/** Whether crashes can be counted by intervals of the field's value. */
export function hasHistogram(field: Field): boolean {
  return field.query === "integer" || field.query === "float" || field.query === "date";
}
