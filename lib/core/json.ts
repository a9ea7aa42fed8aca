/** Any value that JSON can carry. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject;

/** A JSON object whose keys are not known beforehand. */
export interface JsonObject {
  readonly [key: string]: Json | undefined;
}

/** True for a plain JSON object: not null, not an array, not a scalar. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** True for a JSON array; unlike Array.isArray it keeps the type of the items. */
export function isJsonArray(value: unknown): value is readonly Json[] {
  return Array.isArray(value);
}

/**
 * The value at a dotted path, such as `json_dump.system_info.cpu_count`, or
 * undefined when any step of it is missing or is not an object.
 */
export function jsonAt(value: Json | undefined, path: string): Json | undefined {
  let here: Json | undefined = value;
  for (const step of path.split(".")) {
    if (!isJsonObject(here)) return undefined;
    here = Object.hasOwn(here, step) ? here[step] : undefined;
  }
  return here;
}
