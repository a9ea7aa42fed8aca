import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anonymous, type Viewer } from "#lib/core/viewer";
import { FIELDS } from "#lib/fields/catalogue";
import { parseSearch } from "./parameters";
import { parametersOf } from "./request";

const now = new Date("2026-11-24T12:00:00.250Z");
const analyst: Viewer = { email: "analyst@example.com", can: (permission) => permission === "view_pii" };
const parse = (query: string, viewer = anonymous, mode: "public" | "unredacted" = "public") =>
  parseSearch(parametersOf(new URLSearchParams(query)), { now, viewer, mode });
const plan = (query: string) => parse(query).plan;
const strict = (query: string) => parse(query, analyst, "unredacted").plan;

describe("parseSearch", () => {
  it("searches the last 7 days by default, this second included", () => {
    const { from, to } = plan("");
    expect(from).toEqual({ at: "2026-11-17T12:00:01+00:00", inclusive: true });
    expect(to).toEqual({ at: "2026-11-24T12:00:01+00:00", inclusive: true });
  });

  it.each([
    [
      "date=>=2026-11-01&date=<2026-11-10",
      "2026-11-01T00:00:00+00:00",
      true,
      "2026-11-10T00:00:00+00:00",
      false,
    ],
    ["date=<2026-11-10", "2026-11-03T00:00:00+00:00", true, "2026-11-10T00:00:00+00:00", false],
    ["date=>2026-11-10", "2026-11-10T00:00:00+00:00", false, "2026-11-24T12:00:01+00:00", true],
    [
      "date=>2026-11-10&date=>=2026-11-12&date=>=2026-11-12",
      "2026-11-12T00:00:00+00:00",
      true,
      "2026-11-24T12:00:01+00:00",
      true,
    ],
    [
      "date=>2026-11-10&date=>=2026-11-10",
      "2026-11-10T00:00:00+00:00",
      false,
      "2026-11-24T12:00:01+00:00",
      true,
    ],
    [
      "date=<=2026-11-12&date=<2026-11-10T08:00:00.999",
      "2026-11-03T08:00:00+00:00",
      true,
      "2026-11-10T08:00:00+00:00",
      false,
    ],
    ["date=__null__", "2026-11-17T12:00:01+00:00", true, "2026-11-24T12:00:01+00:00", true],
    ["date=!>=2026-11-10", "2026-11-03T00:00:00+00:00", true, "2026-11-10T00:00:00+00:00", false],
    ["date=>=2025-11-24T12:00:01", "2025-11-24T12:00:01+00:00", true, "2026-11-24T12:00:01+00:00", true],
  ])("reads %s as a range with the tightest bounds", (query, from, fromInclusive, to, toInclusive) => {
    expect(plan(query)).toMatchObject({
      from: { at: from, inclusive: fromInclusive },
      to: { at: to, inclusive: toInclusive },
    });
  });

  it.each([
    ["date=2026-11-10", "date must have a prefix operator"],
    ["date=>=2025-11-24T12:00:00", "Date range is bigger than 365 days"],
    ["date=>=soon", "Bad value for parameter date: not a valid datetime"],
    ["uptime=x", "Bad value for parameter uptime: not a valid int"],
    ["uptime=>1.5", "Bad value for parameter uptime: not a valid int"],
    [`uptime=${"9".repeat(400)}`, "Bad value for parameter uptime: not a valid int"],
    ["uptime_ts=<1e999", "Bad value for parameter uptime_ts: not a valid float"],
    ["uptime_ts=nan", "Bad value for parameter uptime_ts: not a valid float"],
    ["_results_number=1001", "_results_number cannot be greater than 1,000"],
    ["_results_number=-1", "_results_number cannot be negative"],
    ["_results_offset=9901", "_results_offset + _results_number cannot be greater than 10,000"],
    ["_facets_size=10001", "Bad value for parameter(s) '_facets_size greater than 10,000'"],
    ["_columns=nope", "Unknown field 'nope'"],
    [
      "_histogram_interval.date=2d&_facets=_histogram.date",
      "Bad value for parameter(s) '_histogram_interval.date'",
    ],
    [
      "_histogram_interval.date=constructor&_histogram.date=product",
      "Bad value for parameter(s) '_histogram_interval.date'",
    ],
    [
      "_histogram_interval.uptime=0&_facets=_histogram.uptime",
      "Bad value for parameter(s) '_histogram_interval.uptime'",
    ],
  ])("refuses %s in the words clients know", (query, message) => {
    expect(() => plan(query)).toThrow(expect.objectContaining({ status: 400, message }) as Error);
  });

  it.each([
    ["_results_number=ten", { _results_number: ["Enter a whole number."] }],
    ["_results_number=1e2", { _results_number: ["Enter a whole number."] }],
    ["_facets_size=1.5", { _facets_size: ["Enter a whole number."] }],
    ["signature=a%00b", { signature: ["Null characters are not allowed."] }],
    [
      "_histogram_interval.uptime=x&_histogram.uptime=product",
      { "_histogram_interval.uptime": ["Enter a whole number."] },
    ],
  ])("refuses the form of %s per parameter", (query, errors) => {
    expect(() => plan(query)).toThrow(expect.objectContaining({ status: 400, errors }) as Error);
  });

  it("passes over what an anonymous caller may not see, and over what does not exist", () => {
    const { where, facets, sort, columns } = plan(
      "url=x&user_comments=!__null__&nonsense=1&_facets=url&_facets=nonsense&_sort=-url&_sort=nonsense&_aggs.product=url&_aggs.url=product&_columns=url&_columns=product",
    );
    expect(where).toEqual({ kind: "all", of: [] });
    expect(facets).toEqual([{ kind: "terms", field: "signature", facets: [] }]);
    expect(sort).toEqual([]);
    expect(columns).toEqual(["product"]);
  });

  it("never lets a plan for an anonymous caller name a protected field", () => {
    const hidden = FIELDS.filter(({ access }) => access === "protected").map(({ name }) => name);
    expect(hidden).toHaveLength(17);
    for (const name of hidden) {
      const every = [
        "",
        "_columns=",
        "_sort=",
        "_sort=-",
        "_facets=",
        "_facets=_cardinality.",
        "_facets=_histogram.",
        "_aggs.product=",
        "_aggs.product.version=",
        "_histogram.date=",
      ];
      const query = [
        `${name}=!__null__`,
        `_aggs.${name}=product`,
        `_aggs.product.${name}=version`,
        `_histogram.${name}=product`,
        ...every.slice(1).map((prefix) => prefix + name),
      ].join("&");
      expect(JSON.stringify(plan(query))).not.toContain(`"${name}"`);
      expect(
        JSON.stringify(strict(`_columns=${name}&_sort=${name}&_facets=${name}&${name}=!__null__`)),
      ).toContain(`"${name}"`);
    }
  });

  it.each(["_facets=nope", "_sort=nope", "_sort=-", "_aggs.product=nope", "_facets=_cardinality.nope"])(
    "refuses %s where nothing is passed over",
    (query) => {
      expect(() => strict(query)).toThrow(/^Unknown field '/);
    },
  );

  it.each([
    "_aggs.nope=product",
    "_aggs.product.nope=version",
    "_histogram.nope=product",
    "_histogram.product=nope",
  ])("takes %s for an unknown parameter, which says nothing", (query) => {
    expect(strict(query)).toEqual(strict(""));
  });

  it("takes a path of 20 fields and refuses a longer one", () => {
    const path = (length: number) => `_aggs.${Array<string>(length).fill("product").join(".")}=version`;
    expect(plan(path(20)).facets).toHaveLength(2);
    expect(() => plan(path(21))).toThrow("has 21 fields, at most 20 are accepted");
  });

  it("puts a nested facet in the place of the plain one, and a direct one in the place of a deeper one", () => {
    const product = (query: string) => plan(query).facets.find((facet) => facet.field === "product");
    const version = { kind: "terms", field: "version", facets: [] };
    const platform = { kind: "terms", field: "platform", facets: [] };
    expect(product("_facets=product&_aggs.product=version")).toEqual({
      kind: "terms",
      field: "product",
      facets: [version],
    });
    expect(product("_aggs.product.version=platform&_aggs.product=platform")).toEqual({
      kind: "terms",
      field: "product",
      facets: [platform],
    });
    expect(product("_aggs.product=version&_aggs.product=version")).toEqual({
      kind: "terms",
      field: "product",
      facets: [version],
    });
  });

  it("reads meta parameters as plain names, whatever stands before them", () => {
    expect(plan("_columns=!product&_sort=!-date")).toMatchObject({
      columns: ["product"],
      sort: [{ field: "date", descending: true }],
    });
    expect(plan("_facets=!product").facets).toEqual([{ kind: "terms", field: "product", facets: [] }]);
  });

  it("takes a histogram only of what can be counted by intervals", () => {
    expect(plan("_facets=_histogram.product&_facets=product").facets).toEqual([
      { kind: "terms", field: "product", facets: [] },
    ]);
  });

  it("puts ranges together with AND and all else with OR, operators first", () => {
    const test = (operator: string, value: number) => ({ kind: "test", field: "build_id", operator, value });
    expect(plan("build_id=7&build_id=>1&build_id=<5").where).toEqual({
      kind: "all",
      of: [
        {
          kind: "any",
          of: [
            { kind: "all", of: [test(">", 1), test("<", 5)] },
            { kind: "any", of: [test("has", 7)] },
          ],
        },
      ],
    });
  });

  it("joins a query text to all other filters, and its dates to the other dates", () => {
    const text = encodeURIComponent('date < 2026-11-22 AND (platform = "Linux" OR uptime > 5)');
    const { where, from, to } = plan(`product=Firefox&date=>=2026-11-20&_query=${text}`);
    expect([from.at, to.at]).toEqual(["2026-11-20T00:00:00+00:00", "2026-11-22T00:00:00+00:00"]);
    expect(where).toMatchObject({ kind: "all", of: [{ kind: "any" }, { kind: "any" }] });
    expect(() => plan("_query=product%3Da&_query=product%3Db")).toThrow("Only one query text");
    expect(() => plan("_query=date+%3E+2020-01-01")).toThrow("Date range is bigger than 365 days");
  });

  it.each(["true", "t", "1", "y", "YES"])("returns the query for _return_query=%s", (value) => {
    expect(parse(`_return_query=${value}`).returnQuery).toBe(true);
    expect(parse(`_return_query=no${value}`).returnQuery).toBe(false);
  });

  it("either gives a plan or a refusal, whatever it is asked", () => {
    const name = fc.oneof(
      fc.constantFrom(
        "date",
        "uptime",
        "signature",
        "safe_mode",
        "version",
        "_facets",
        "_aggs.product",
        "_sort",
        "_columns",
        "_histogram.date",
        "_query",
      ),
      fc.string(),
    );
    const value = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.constantFrom(">=2026-11-01", "!__null__", "product", "-date", "__true__", "!", "uptime > 5"),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(name, value)), (pairs) => {
        try {
          expect(plan(new URLSearchParams(pairs).toString()).limit).toBeLessThanOrEqual(1000);
        } catch (error) {
          expect(error).toMatchObject({ status: 400 });
        }
      }),
    );
  });
});
