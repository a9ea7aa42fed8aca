import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parameterErrors } from "#lib/core/errors";
import { FIELDS, valueTypeOf, type FieldName } from "#lib/fields/catalogue";
import type { Field, ValueType } from "#lib/fields/field";
import { normalised } from "../normalise";
import type { Clause, Operator, Value } from "../plan";
import { errorColumn } from "./invalid-query-text";
import { parseQueryText } from "./parser";
import { queryText } from "./printer";

const everyField = () => true;
const publicFields = ({ access }: Field) => access === "public";
const parse = (text: string) => parseQueryText(text, everyField);
const canonical = (text: string) => queryText(parse(text).where);

function errorOf(text: string, mayUse = everyField as (field: Field) => boolean): string {
  try {
    parseQueryText(text, mayUse);
  } catch (error) {
    return parameterErrors(error)?._query?.[0] ?? String(error);
  }
  return "no error";
}

const OPERATORS: Readonly<Record<ValueType, readonly Operator[]>> = {
  str: ["has", "=", "~", "^", "$", "@", "__null__"],
  enum: ["has", "=", "~", "^", "$", "@", "__null__"],
  int: ["has", ">", ">=", "<", "<=", "__null__"],
  float: ["has", ">", ">=", "<", "<=", "__null__"],
  bool: ["has", "__true__", "__null__"],
  datetime: [],
};

const text = fc.string({ unit: "binary", maxLength: 12 }).filter((value) => !value.includes("\0"));
const VALUES: Readonly<Record<ValueType, fc.Arbitrary<Value>>> = {
  str: text,
  enum: text,
  int: fc.oneof(
    fc.integer(),
    fc.maxSafeInteger(),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map(Math.trunc),
  ),
  float: fc.double({ noNaN: true, noDefaultInfinity: true }),
  bool: fc.boolean(),
  datetime: fc.constant(null),
};

const tests: fc.Arbitrary<Clause> = fc
  .constantFrom(...FIELDS.filter(({ name }) => name !== "date"))
  .chain((field) => {
    const type = valueTypeOf(field);
    return fc.constantFrom(...OPERATORS[type]).chain((operator) => {
      const value: fc.Arbitrary<Value> = operator.startsWith("__") ? fc.constant(null) : VALUES[type];
      return value.map((drawn): Clause => {
        const plain = typeof drawn === "number" ? drawn + 0 : drawn;
        return { kind: "test", field: field.name, operator, value: plain };
      });
    });
  });

const clauses: fc.Arbitrary<Clause> = fc.letrec<{ clause: Clause }>((tie) => ({
  clause: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    tests,
    fc.record({
      kind: fc.constantFrom("all" as const, "any" as const),
      of: fc.array(tie("clause"), { maxLength: 4 }),
    }),
    fc.record({ kind: fc.constant("not" as const), clause: tie("clause") }),
  ),
})).clause;

const test = (field: FieldName, operator: Operator, value: Value): Clause => ({
  kind: "test",
  field,
  operator,
  value,
});

describe("a query text", () => {
  it("means the clause it says", () => {
    expect(
      parse(
        'product = "Firefox" AND (signature ~ "OOM" OR NOT uptime < 60) AND platform IN ("Linux", "Windows NT") AND url EXISTS',
      ),
    ).toEqual({
      where: {
        kind: "all",
        of: [
          test("product", "has", "Firefox"),
          {
            kind: "any",
            of: [test("signature", "~", "OOM"), { kind: "not", clause: test("uptime", "<", 60) }],
          },
          { kind: "any", of: [test("platform", "has", "Linux"), test("platform", "has", "Windows NT")] },
          { kind: "not", clause: test("url", "__null__", null) },
        ],
      },
      dates: [],
    });
  });

  it("says every clause over the catalogue, and is read as that clause again", () => {
    fc.assert(
      fc.property(clauses, (clause) => {
        const plain = normalised(clause);
        const written = queryText(clause);
        fc.pre(written.length <= 10_000);
        expect(parse(written)).toEqual({ where: plain, dates: [] });
        expect(canonical(written)).toBe(written);
      }),
      { numRuns: 1_000 },
    );
  });

  it.each([
    ["", ""],
    ["  ", ""],
    ["EVERYTHING", ""],
    ["not nothing", "NOT NOTHING"],
    ["product=Firefox and NOT version=98.0b3", 'product = "Firefox" AND version != "98.0b3"'],
    ["(product = Firefox) AND ((uptime > 5))", 'product = "Firefox" AND uptime > 5'],
    ["NOT NOT uptime > 5", "uptime > 5"],
    ["uptime > 5 AND uptime < 8 OR uptime = 70", "uptime > 5 AND uptime < 8 OR uptime = 70"],
    ["uptime > 5 AND (uptime < 8 OR uptime = 70)", "uptime > 5 AND (uptime < 8 OR uptime = 70)"],
    ["NOT (uptime > 5 AND uptime < 8)", "NOT (uptime > 5 AND uptime < 8)"],
    ["product = a or product = b", 'product IN ("a", "b")'],
    ["NOT (product = a or product = b)", 'product NOT IN ("a", "b")'],
    ["product = a AND version IN (1)", 'product = "a" AND version = "1"'],
    ["version == 1 or version != 2", 'version == "1" OR version != "2"'],
    ["signature == a", 'signature = "a"'],
    ["signature has oom or signature not has small", 'signature HAS "oom" OR signature NOT HAS "small"'],
    ["url not exists", "url NOT EXISTS"],
    ["NOT url EXISTS", "url NOT EXISTS"],
    ["safe_mode is true or safe_mode IS NOT TRUE", "safe_mode IS TRUE OR safe_mode IS NOT TRUE"],
    ["safe_mode = TRUE", "safe_mode = true"],
    ["signature !~ x", 'signature !~ "x"'],
    ["NOT uptime < 60", "NOT uptime < 60"],
    ["uptime = 1_000", "uptime = 1000"],
    ['uptime = "7"', "uptime = 7"],
    ["uptime_ts = -0.0", "uptime_ts = 0"],
    [String.raw`signature = "a\"\\\n\u{1f600}\u{7}"`, String.raw`signature = "a\"\\\n😀\u{7}"`],
    ["signature = x\nOR\tsignature ~ y", 'signature = "x" OR signature ~ "y"'],
  ])("%j is written %j", (written, expected) => {
    expect(canonical(written)).toBe(expected);
  });

  it("sets the dates of the search where it joins them to all the rest", () => {
    expect(parse("date >= 2026-11-01 AND (date < 2026-11-10T12:00:00Z AND product = Wren)")).toEqual({
      where: test("product", "has", "Wren"),
      dates: [">=2026-11-01T00:00:00+00:00", "<2026-11-10T12:00:00+00:00"],
    });
  });

  it.each([
    ["product", 8, "expected an operator of product, which are = == HAS ~ ^ $ @ IN EXISTS; found the end."],
    ["uptime ~ 5", 8, "expected an operator of uptime, which are = > >= < <= IN EXISTS; found '~'."],
    ["safe_mode > 5", 11, "expected an operator of safe_mode, which are = IN EXISTS IS TRUE; found '>'."],
    ["prodct = a", 1, "unknown field 'prodct'. Did you mean 'product'?"],
    ["Product = a", 1, "unknown field 'Product'. Did you mean 'product'?"],
    ["zzzzzzzz = a", 1, "unknown field 'zzzzzzzz'."],
    ["uptime < 5 product = a", 12, "expected AND, OR or the end, found 'product'."],
    ["uptime < soon", 10, "uptime wants a whole number, found 'soon'."],
    ["uptime <", 9, "expected a whole number, found the end."],
    ["uptime_ts < x", 13, "uptime_ts wants a number, found 'x'."],
    ["safe_mode = maybe", 13, "safe_mode wants true or false, found 'maybe'."],
    ["safe_mode IS 5", 14, "expected TRUE or NOT TRUE after IS, found '5'."],
    ["product = AND", 11, "expected a text, found 'AND'."],
    ["(product = a", 13, "expected AND, OR or the ) of column 1, found the end."],
    ["product IN a", 12, "expected ( and values after IN, found 'a'."],
    ["product IN (a b)", 15, "expected , or ) after a value, found 'b'."],
    ["product IN ()", 13, "expected a text, found ')'."],
    ["product NOT = a", 13, "expected IN, HAS, EXISTS after NOT, found '='."],
    ['signature ~ "a', 13, 'these double quotes are not closed. Write \\" for one inside.'],
    ["signature ~ a | b", 15, "'|' has no meaning here."],
    ["signature = 😀 OR x", 13, "'😀' has no meaning here."],
    ['signature = "😀" OR x = 1', 20, "unknown field 'x'."],
    [String.raw`signature = "\x"`, 14, String.raw`\ begins an escape, which is one of`],
    [String.raw`signature = "\u{0}"`, 14, String.raw`\ begins an escape, which is one of`],
    ["AND", 1, "expected a field, NOT or (, found 'AND'."],
    ["date = 2026-11-01", 6, "expected an operator of date, which are > >= < <=; found '='."],
    ["date EXISTS", 6, "expected an operator of date"],
    ["date > soon", 8, "date wants a date such as 2026-11-24 or 2026-11-24T12:00:00Z, found 'soon'."],
    ["uptime > 5 OR date > 2026-11-01", 15, "date limits the whole search"],
    ["NOT date > 2026-11-01", 5, "date limits the whole search"],
  ])("%j is refused at column %d: %s", (written, column, problem) => {
    expect(errorOf(written)).toContain(`Column ${column}: ${problem}`);
  });

  it("is bounded in length, depth and number of filters", () => {
    const nested = `${"(".repeat(60)}product = a${")".repeat(60)}`;
    expect(errorOf(nested)).toBe("Column 52: NOT and parentheses may be 50 deep.");
    expect(errorOf(`${"NOT ".repeat(2_400)}x`)).toBe("Column 205: NOT and parentheses may be 50 deep.");
    expect(errorOf(`uptime IN (${"1,".repeat(1_000)}1)`)).toBe(
      "Column 1: at most 1000 filters are accepted.",
    );
    expect(errorOf("x".repeat(10_001))).toBe(
      "Column 10001: the text has 10001 characters, at most 10000 are accepted.",
    );
  });

  it("tells nothing of a field that the viewer may not see", () => {
    expect(errorOf("url EXISTS", publicFields)).toBe(
      errorOf("uqx EXISTS", publicFields).replaceAll("uqx", "url"),
    );
    const hidden = FIELDS.filter(({ access }) => access === "protected").map(({ name }) => name);
    for (const name of hidden) {
      expect(errorOf(`${name} ~ 5`, publicFields)).toContain(`Column 1: unknown field '${name}'.`);
      for (const other of hidden)
        expect(errorOf(`${name.slice(1)} ~ 5`, publicFields)).not.toContain(`mean '${other}'`);
    }
  });

  it("makes a clause or an error with a column, whatever it is", () => {
    const pieces = fc.constantFrom(
      ...["AND", "OR", "NOT", "(", ")", ",", "IN", "HAS", "EXISTS", "IS", "TRUE", "=", "!=", "~", "<", ">="],
      ...["product", "uptime", "date", "safe_mode", "url", '"', '"a"', "\\", "5", "2026-11-01", "-", "é"],
    );
    const texts = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.array(pieces, { maxLength: 25 }).map((list) => list.join(" ")),
    );
    fc.assert(
      fc.property(texts, (written) => {
        try {
          const { where } = parse(written);
          expect(canonical(queryText(where))).toBe(queryText(where));
        } catch (error) {
          expect(parameterErrors(error)?._query).toHaveLength(1);
          expect(errorColumn(error)).toBeGreaterThan(0);
        }
      }),
      { numRuns: 3_000 },
    );
  });

  it("may hold any annotation's name, in quotes where it is no word", () => {
    const text = '"annotation.odd \\"name\\"" = "x" AND annotation.Add-ons NOT EXISTS';
    expect(canonical(text)).toBe(text);
    expect(parse(text).where).toMatchObject({ of: [{ field: 'annotation.odd "name"' }, { kind: "test" }] });
    expect(errorOf("annotation.URL = x", publicFields)).toBe(
      errorOf("annotation.Uxx = x", publicFields).replace("Uxx", "URL"),
    );
  });
});
