import type { JsonObject } from "#lib/core/json";
import { FIELDS, valueTypeOf, type FieldName } from "./catalogue";
import type { Field, IndexType } from "./field";

/** A field as `SuperSearchFields` tells it, in the reference's words. */
export interface SearchFieldDescription {
  readonly name: string;
  readonly namespace: string;
  readonly in_database_name: string;
  readonly query_type: string;
  readonly data_validation_type: string;
  readonly form_field_choices: string[];
  readonly has_full_version: boolean;
  readonly is_exposed: boolean;
  readonly is_returned: boolean;
  readonly permissions_needed: string[];
  readonly webapp_permissions_needed: string[];
  readonly storage_mapping: JsonObject;
  readonly description: string;
  /** Only where it is not `namespace.in_database_name`. */
  readonly source_key?: string;
  readonly destination_keys?: readonly string[];
}

const PROCESSED = "processed_crash";

/** Every field that can be searched, by its name. Everybody may know that a protected field is there. */
export function searchFields(): Record<string, SearchFieldDescription> {
  return Object.fromEntries(FIELDS.map((field) => [field.name, describeField(field)]));
}

/** Fields whose name in the database is no part of where their value is. */
const NAMED_APART: Readonly<Partial<Record<FieldName, readonly string[]>>> = {
  collector_notes: ["collector_notes"],
  cpu_count: ["json_dump.system_info.cpu_count", "cpu_count"],
};

function describeField(field: Field<FieldName>): SearchFieldDescription {
  const { name, path, query, access, absent } = field;
  const destinations = path.includes("[]") ? [name] : NAMED_APART[name];
  const steps = [PROCESSED, ...(destinations ? name : path).split(".")];
  const mapping = MAPPINGS[field.index];
  return {
    name,
    namespace: steps.slice(0, -1).join("."),
    in_database_name: steps.at(-1) ?? name,
    query_type: query,
    data_validation_type: valueTypeOf(field),
    form_field_choices: [...(field.choices ?? [])],
    has_full_version: field.index === "text",
    is_exposed: true,
    is_returned: true,
    permissions_needed: [access],
    webapp_permissions_needed: access === "protected" ? ["crashstats.view_pii"] : [],
    storage_mapping: absent === undefined ? mapping : { ...mapping, null_value: absent },
    description: field.description,
    ...(destinations && {
      source_key: `${PROCESSED}.${path}`,
      destination_keys: destinations.map((destination) => `${PROCESSED}.${destination}`),
    }),
  };
}

const plain = (type: string): JsonObject => ({ type });

const MAPPINGS: Readonly<Record<IndexType, JsonObject>> = {
  keyword: plain("keyword"),
  text: { type: "text", fields: { full: { type: "keyword" } } },
  list: { type: "text", analyzer: "semicolon_keywords", fielddata: true },
  boolean: plain("boolean"),
  short: plain("short"),
  integer: plain("integer"),
  long: plain("long"),
  double: plain("double"),
  date: {
    type: "date",
    format: "yyyy-MM-dd'T'HH:mm:ssZZZZZ||yyyy-MM-dd'T'HH:mm:ss.SSSSSSZZZZZ",
  },
};
