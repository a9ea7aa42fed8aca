import { androidJavaFields } from "./catalogue/android-java";
import { applicationFields } from "./catalogue/application";
import { buildFields } from "./catalogue/build";
import { memoryFields } from "./catalogue/memory";
import { processingFields } from "./catalogue/processing";
import { sessionFields } from "./catalogue/session";
import { shutdownIpcFields } from "./catalogue/shutdown-ipc";
import { stackFields } from "./catalogue/stack";
import { systemFields } from "./catalogue/system";
import type { Field, ValueType } from "./field";

const all = [
  ...androidJavaFields,
  ...applicationFields,
  ...buildFields,
  ...memoryFields,
  ...processingFields,
  ...sessionFields,
  ...shutdownIpcFields,
  ...stackFields,
  ...systemFields,
] as const;

/** The name of a searchable field: a misspelt one does not compile. */
export type FieldName = (typeof all)[number]["name"];

/** Every searchable field, by name. */
export const FIELDS: readonly Field<FieldName>[] = [...all].sort((one, other) =>
  one.name < other.name ? -1 : 1,
);

const byName: ReadonlyMap<string, Field<FieldName>> = new Map(FIELDS.map((field) => [field.name, field]));

/** The field of that name, or undefined when there is none. */
export function fieldNamed(name: FieldName): Field<FieldName>;
export function fieldNamed(name: string): Field<FieldName> | undefined;
export function fieldNamed(name: string): Field<FieldName> | undefined {
  return byName.get(name);
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
