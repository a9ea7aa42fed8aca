import { ENTRIES } from "./catalogue/entries";
import type { Access, Field, IndexType } from "./field";
import processedKeys from "./keys/processed-crash-keys.json";
import rawKeys from "./keys/raw-crash-keys.json";

/** What is known of one key of a document. */
export interface Key {
  /** JSON types a value may have; `any` is everything. */
  readonly type: readonly string[];
  readonly access: Access;
  readonly description: string;
  /** The annotation a processed crash's key is copied from. */
  readonly annotation?: string;
  readonly default?: string;
}

type Keys = ReadonlyMap<string, Key>;

/** The fields of the catalogue that are copies of an annotation of which nothing else knows. */
export const COPIES: readonly (Field & { readonly annotation: string })[] = copiesIn(ENTRIES);

/** Keys of a raw crash by their path; `(re:…)` stands for any name that matches, `[]` for the items of a list. */
export const RAW_CRASH_KEYS: Keys = new Map([
  ...COPIES.map(({ annotation, access, description }): [string, Key] => {
    return [annotation, { type: ["string"], access, description }];
  }),
  ...keyTable(rawKeys),
]);
/** Keys of a processed crash, in the same form. */
export const PROCESSED_CRASH_KEYS: Keys = new Map([
  ...COPIES.map((field): [string, Key] => {
    const { path, access, description, annotation } = field;
    return [path, { type: [copiedType(field)], access, description, annotation }];
  }),
  ...keyTable(processedKeys),
]);

/** The JSON type that a copy of an annotation has in a processed crash. */
export function copiedType({ index }: Field): "boolean" | "integer" | "number" | "string" {
  const types: Readonly<Partial<Record<IndexType, ReturnType<typeof copiedType>>>> = {
    boolean: "boolean",
    short: "integer",
    integer: "integer",
    long: "integer",
    double: "number",
  };
  return types[index] ?? "string";
}

function copiesIn(fields: readonly Field[]) {
  return fields.flatMap((field) => {
    const { annotation } = field;
    return annotation === undefined ? [] : [{ ...field, annotation }];
  });
}

function keyTable(content: Readonly<Record<string, unknown>>): readonly [string, Key][] {
  return Object.entries(content) as [string, Key][];
}
