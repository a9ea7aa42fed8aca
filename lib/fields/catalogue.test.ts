import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { FIELDS, fieldNamed, hasHistogram, valueTypeOf, type FieldName } from "./catalogue";
import type { Field } from "./field";

/** The reference's fields, one row each, with what its search engine and API say of them. */
const [header = "", ...lines] = readFileSync("test/fixtures/fields.tsv", "utf8").trimEnd().split("\n");
const columns = header.split("\t");
const rows = lines.map((line) => {
  const cells = line.split("\t");
  return Object.fromEntries(columns.map((column, index) => [column, cells[index] ?? ""]));
});

/** Two fields have a name in the database that is no part of where their value is. */
const ODD_NAMES: Readonly<Partial<Record<FieldName, string>>> = {
  collector_notes: "processed_crash.collector_notes",
  cpu_count: "processed_crash.cpu_count",
};

function storageType({ index }: Field): string {
  return index === "list" ? "text" : index;
}

describe("the field catalogue", () => {
  it("has all of the reference's fields, each once", () => {
    const names = FIELDS.map(({ name }) => name);
    expect(rows).toHaveLength(156);
    expect(names).toEqual(expect.arrayContaining(rows.map(({ name }) => name)));
    expect(names).toEqual([...new Set(names)].sort());
  });

  it.each(rows)("says of $name what the reference says", (row) => {
    const field = fieldNamed(row.name ?? "");
    if (!field) throw new Error("no such field");
    expect({
      query_type: field.query,
      data_validation_type: valueTypeOf(field),
      storage_type: storageType(field),
      has_full_version: field.index === "text" ? "yes" : "no",
      splits: field.index === "list",
      database_name: ODD_NAMES[field.name] ?? `processed_crash.${field.path}`,
      source_key: `processed_crash.${field.path}`,
      search_key: `processed_crash.${field.indexPath ?? field.path}`,
      permissions_needed: field.access,
      form_field_choices: (field.choices ?? []).join(" "),
      histogram: hasHistogram(field) ? "yes" : "no",
      absent: field.absent,
    }).toEqual({
      query_type: row.query_type,
      data_validation_type: row.data_validation_type,
      storage_type: row.storage_type,
      has_full_version: row.has_full_version,
      splits: row.storage_extra?.includes("semicolon_keywords"),
      database_name: `${row.namespace}.${row.in_database_name}`,
      source_key: row.source_key,
      search_key: row.search_key,
      permissions_needed: row.permissions_needed,
      form_field_choices: row.form_field_choices,
      histogram: row.histogram,
      absent: row.storage_extra?.includes("null_value") ? false : undefined,
    });
  });

  it("describes each field in a sentence", () => {
    for (const { description } of FIELDS) expect(description).toMatch(/^[A-Z_].*\.$/);
  });

  it("does not take names of the language for fields", () => {
    expect(fieldNamed("constructor")).toBeUndefined();
    expect(fieldNamed("__proto__")).toBeUndefined();
  });
});
