import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { FIELDS } from "./catalogue";
import { searchFields } from "./describe-fields";

/** The reference's fields, one row each. */
const [header = "", ...lines] = readFileSync("test/fixtures/fields.tsv", "utf8").trimEnd().split("\n");
const columns = header.split("\t");
const rows = lines.map((line) => {
  const cells = line.split("\t");
  return Object.fromEntries(columns.map((column, index) => [column, cells[index] ?? ""]));
});

function storageMapping(row: Readonly<Record<string, string>>): unknown {
  const extra = row.storage_extra ? (JSON.parse(row.storage_extra) as object) : {};
  const full = row.has_full_version === "yes" ? { fields: { full: { type: "keyword" } } } : {};
  return { type: row.storage_type, ...full, ...extra };
}

describe("the description of search fields", () => {
  const fields = searchFields();

  it("has every field", () => expect(Object.keys(fields)).toEqual(FIELDS.map(({ name }) => name)));

  it("says where the values of all frames are", () =>
    expect(fields.frame_function).toMatchObject({
      namespace: "processed_crash",
      in_database_name: "frame_function",
      source_key: "processed_crash.json_dump.threads.[].frames.[].function",
      destination_keys: ["processed_crash.frame_function"],
    }));

  it.each(rows)("says of $name what the reference says", (row) => {
    const described = fields[row.name ?? ""];
    expect(described).toMatchObject({
      namespace: row.namespace,
      in_database_name: row.in_database_name,
      permissions_needed: [row.permissions_needed],
      webapp_permissions_needed: row.webapp_permission ? [row.webapp_permission] : [],
      storage_mapping: storageMapping(row),
    });
    const plain = `${row.namespace ?? ""}.${row.in_database_name ?? ""}`;
    expect(described?.source_key ?? plain).toBe(row.source_key);
    expect(described?.destination_keys ?? [plain]).toEqual(row.destination_keys?.split(/[\s,]+/));
  });
});
