import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FIELDS } from "#lib/fields/catalogue";
import type { QueryType } from "#lib/fields/field";
import { fieldLabel, FORM_OPERATORS, formLine, lineParameter } from "./form";

const lineOf = (query: QueryType, parameter: string) => formLine({ name: "field", query }, parameter);

describe("a line of the search form", () => {
  it.each<[QueryType, string, string, string]>([
    ["string", "~Foo", "~", "Foo"],
    ["string", "!~Foo", "!~", "Foo"],
    ["string", "!=Foo", "!=", "Foo"],
    ["string", "Foo", "", "Foo"],
    ["string", "!Foo", "!", "Foo"],
    ["string", "!__null__", "!__null__", ""],
    ["enum", "=Firefox", "", "=Firefox"],
    ["integer", ">=5", ">=", "5"],
    ["integer", ">5", ">", "5"],
    ["bool", "__true__", "__true__", ""],
    ["bool", "!__true__", "!__true__", ""],
  ])("of a %s reads %j as sign %j and value %j", (query, parameter, sign, value) => {
    expect(lineOf(query, parameter)).toEqual({ field: "field", sign, value });
  });

  it("is the same after it was written as a parameter and read again", () => {
    const queries = fc.constantFrom(...new Set(FIELDS.map((field) => field.query)));
    const value = fc.string().filter((text) => text.trim() !== "" && !/^[!~=^$@<>_]/.test(text));
    fc.assert(
      fc.property(queries, value, fc.nat(), (query, text, choice) => {
        const operators = FORM_OPERATORS[query];
        const { sign = "", takesValue = true } = operators[choice % operators.length] ?? {};
        const line = { field: "field", sign, value: takesValue ? text : "" };
        expect(lineOf(query, lineParameter(line) ?? "")).toEqual(line);
      }),
    );
  });

  it("says nothing until it has a value", () => {
    expect(lineParameter({ field: "signature", sign: "~", value: "  " })).toBeNull();
  });
});

it("fields are called by words", () => {
  expect(fieldLabel("release_channel")).toBe("release channel");
});
