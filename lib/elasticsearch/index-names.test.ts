import { describe, expect, it } from "vitest";
import { generationName, indexNames } from "./index-names";

const weekly = indexNames("socorro%Y%W");

describe("the name of an index", () => {
  it.each([
    ["2026-11-24T12:00:00+00:00", "socorro202647"],
    ["2026-11-23T00:00:00+00:00", "socorro202647"],
    ["2026-11-22T23:59:59.999999+00:00", "socorro202646"],
    ["2026-01-01T00:00:00+00:00", "socorro202600"],
    ["2026-01-04T23:59:59+00:00", "socorro202600"],
    ["2026-01-05T00:00:00+00:00", "socorro202601"],
    ["2024-01-01T00:00:00+00:00", "socorro202401"],
    ["2023-01-01T00:00:00+00:00", "socorro202300"],
    ["2024-12-31T23:00:00+00:00", "socorro202453"],
    ["2025-12-31T23:00:00+00:00", "socorro202552"],
  ])("at %s is %s: weeks begin on Mondays, and days before the first one are in week 00", (date, name) => {
    expect(weekly.at(date)).toBe(name);
  });

  it("is the same at all times when its template tells no date", () => {
    const single = indexNames("crashes");
    expect(single.between("2026-01-01T00:00:00+00:00", "2026-12-01T00:00:00+00:00")).toEqual(["crashes"]);
    expect(single.endsBefore("crashes", "2099-01-01T00:00:00+00:00")).toBe(false);
  });

  it.each(["Socorro%Y", "_x%Y", "a%Q", "a b", "", "a*", "a,b"])("cannot be made from %j", (template) => {
    expect(() => indexNames(template)).toThrow("ELASTICSEARCH_INDEX");
  });
});

describe("the names between two moments", () => {
  it("never lack the last week, whatever the times of day", () => {
    expect(weekly.between("2026-11-16T23:00:00+00:00", "2026-11-23T01:00:00+00:00")).toEqual([
      "socorro202646",
      "socorro202647",
    ]);
  });

  it("go over the turn of a year", () => {
    expect(weekly.between("2025-12-28T00:00:00+00:00", "2026-01-05T00:00:00+00:00")).toEqual([
      "socorro202551",
      "socorro202552",
      "socorro202600",
      "socorro202601",
    ]);
  });

  it("are none when the last is before the first", () => {
    expect(weekly.between("2026-11-24T00:00:00+00:00", "2026-11-20T00:00:00+00:00")).toEqual([]);
  });
});

it("names of others are told apart", () => {
  expect(["socorro202647", "socorro2026", "socorro202647-1", "xsocorro202647"].filter(weekly.has)).toEqual([
    "socorro202647",
  ]);
  expect(weekly.pattern).toBe("socorro*");
});

it("an index has ended when its week lies before that of the moment", () => {
  const moment = "2026-11-24T00:00:00+00:00";
  expect(weekly.endsBefore("socorro202646", moment)).toBe(true);
  expect(weekly.endsBefore("socorro202552", moment)).toBe(true);
  expect(weekly.endsBefore("socorro202647", moment)).toBe(false);
  expect(weekly.endsBefore("other202501", moment)).toBe(false);
  expect(indexNames("crashes.%d-%m-%Y").endsBefore("crashes.25-10-2026", moment)).toBe(true);
  expect(indexNames("crashes.%d-%m-%Y").endsBefore("crashes.25-11-2026", moment)).toBe(false);
});

it("a generation is known by its name, and names of others that are alike are none", () => {
  expect(weekly.generationOf("socorro202647")).toEqual({ name: "socorro202647", generation: 1 });
  expect(weekly.generationOf("socorro202647-g2")).toEqual({ name: "socorro202647", generation: 2 });
  expect(weekly.generationOf(generationName({ name: "socorro202647", generation: 10 }))).toEqual({
    name: "socorro202647",
    generation: 10,
  });
  for (const other of ["socorro202647-g1", "socorro202647-g02", "socorro202647-g", "socorro2026-g2", "x-g2"])
    expect(weekly.generationOf(other)).toBeNull();
});
