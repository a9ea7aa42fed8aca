import { annotationField } from "#lib/fields/annotations";
import { FIELDS, type FieldName } from "#lib/fields/catalogue";
import type { Field } from "#lib/fields/field";

/** Request parameters: name to all values given, in order. */
export type Parameters = ReadonlyMap<string, readonly string[]>;

/** The parameters of a query string or form. */
export function parametersOf(search: URLSearchParams): Parameters {
  const parameters = new Map<string, string[]>();
  for (const [name, value] of search) {
    const values = parameters.get(name);
    if (values) values.push(value);
    else parameters.set(name, [value]);
  }
  return parameters;
}

/** The values of a parameter that say something. */
export function given(parameters: Parameters, name: string): readonly string[] {
  return (parameters.get(name) ?? []).filter((value) => value !== "");
}

/** A name given as a value: a `!` before it says nothing. */
export function withoutSign(name: string): string {
  return name.startsWith("!") ? name.slice(1) : name;
}

/** The fields that parameters filter by, the dates apart. */
export function filteredFields(
  parameters: Parameters,
  mayUse: (field: Field) => boolean,
): readonly Field<FieldName>[] {
  const annotations = [...parameters.keys()].flatMap((name) => annotationField(name) ?? []);
  return [...FIELDS, ...annotations].filter(
    (field) => field.name !== "date" && given(parameters, field.name).length > 0 && mayUse(field),
  );
}
