import { describe, expect, it } from "vitest";
import { anonymous, type Viewer } from "#lib/core/viewer";
import { FIELDS } from "#lib/fields/catalogue";
import { FILTER_CASES } from "../../filter-cases";
import { parseSearch } from "../parameters";
import { parametersOf } from "../request";
import { searchWarnings } from "./search-warnings";

const now = new Date("2026-11-24T12:00:00Z");
const analyst: Viewer = { email: null, can: () => true };
const warn = (query: string, viewer: Viewer = anonymous) => {
  const options = { now, viewer, mode: "public" as const };
  const asked = parametersOf(new URLSearchParams(query));
  return searchWarnings(asked, parseSearch(asked, options), options);
};
const text = (query: string) => `_query=${encodeURIComponent(query)}`;
const shown = (query: string | undefined) => decodeURIComponent((query ?? "").replaceAll("+", " "));

describe("a search is warned of", () => {
  it.each([
    // Operators of fields that have none.
    ["version=^100", "version", "knows no operator ^", '_query=version ^ "100"'],
    ["product=~Fire", "product", "knows no operator ~", '_query=product ~ "Fire"'],
    ["product=!~Fire&product=Fenix", "product", "'!~Fire'", '_query=product !~ "Fire" OR product = "Fenix"'],
    [
      "release_channel==beta&uptime=5",
      "release_channel",
      "operator =",
      'uptime=5&_query=release_channel == "beta"',
    ],
    [
      `version=^100&${text("uptime > 5 OR uptime = 1")}`,
      "version",
      "operator ^",
      '_query=(uptime > 5 OR uptime = 1) AND (version ^ "100")',
    ],
    ["version=>100", "version", "knows no operator >", ""],
    ["safe_mode=~x", "safe_mode", "read as false", ""],
    // Names.
    ["prodct=Firefox&uptime=5", "prodct", "Did you mean 'product'?", "uptime=5&product=Firefox"],
    ["_result_number=5", "_result_number", "Did you mean '_results_number'?", "_results_number=5"],
    ["xyzzyxyzzy=1", "xyzzyxyzzy", "is unknown and says nothing.", ""],
    [
      "_facets=prodct&_facets=version",
      "_facets",
      "Did you mean 'product'?",
      "_facets=product&_facets=version",
    ],
    ["_facets=_cardinality.prodct", "_facets", "'prodct'", "_facets=_cardinality.product"],
    ["_sort=-dat", "_sort", "Did you mean 'date'?", "_sort=-date"],
    [
      "_aggs.product.versoin=platform",
      "_aggs.product.versoin",
      "'version'",
      "_aggs.product.version=platform",
    ],
    ["_aggs.product=versoin", "_aggs.product", "'version'", "_aggs.product=version"],
    ["_histogram.dat=product", "_histogram.dat", "'date'", "_histogram.date=product"],
    ["_facets=_histogram.platform", "_facets", "only numbers and dates", ""],
    // Contradictions.
    ["uptime=>5&uptime=<3", "uptime", "No uptime is > 5 and < 3", "_query=uptime < 5 AND uptime > 3"],
    ["uptime=>5&uptime=<6", "uptime", "No uptime is > 5 and < 6", ""],
    ["uptime_ts=>5&uptime_ts=<=5", "uptime_ts", "No uptime_ts is > 5 and <= 5", ""],
    [text("uptime > 5 AND uptime = 3"), "_query", "No uptime is > 5 and = 3", ""],
    [
      text("product = a OR uptime > 5 AND uptime < 3"),
      "_query",
      "No uptime",
      '_query=product = "a" OR uptime < 5 AND uptime > 3',
    ],
    [
      "signature=!~a&signature=!~b",
      "signature",
      "2 negations of signature are joined by OR",
      '_query=signature !~ "a" AND signature !~ "b"',
    ],
    [
      "signature=!~a&signature=!~b&signature=~c&uptime=1",
      "signature",
      "nearly every crash fits",
      'uptime=1&_query=signature ~ "c" OR signature !~ "a" AND signature !~ "b"',
    ],
    [
      text('product = "x" AND (version != "1" OR version != "2")'),
      "_query",
      "2 negations of version",
      '_query=product = "x" AND version != "1" AND version != "2"',
    ],
    // Values.
    ["process_type=contnt", "process_type", "Did you mean 'content'?", "process_type=content"],
    ["process_type=!=contnt", "process_type", "Did you mean 'content'?", "process_type=!=content"],
    [text("process_type = contnt"), "_query", "Did you mean 'content'?", '_query=process_type = "content"'],
    // Dates.
    ["date=>=2026-12-01", "date", "in the future", ""],
    [
      "date=>=2026-11-20&date=<2026-11-10",
      "date",
      "so nothing is found",
      "date=<=2026-11-20&date=>2026-11-10",
    ],
    [text("date > 2026-12-01"), "_query", "in the future", ""],
  ])("%s: %s %s", (query, parameter, message, suggestion) => {
    const [warning, ...more] = warn(query);
    expect(more).toEqual([]);
    expect(warning).toMatchObject({ parameter, message: expect.stringContaining(message) as string });
    expect(shown(warning?.suggestion)).toBe(suggestion);
    if (warning?.suggestion !== undefined) expect(warn(warning.suggestion)).toEqual([]);
  });

  it("only where something is wrong", () => {
    const doubtful =
      /^(signature=!~OOM&|version=\^97|platform==|safe_mode=__true__&|date=>=2026-12|_result_number)/;
    const cases = FILTER_CASES.filter(([query]) => !doubtful.test(query));
    for (const [query] of cases) expect([query, warn(query, analyst)]).toEqual([query, []]);
    for (const query of [
      "_columns=uuid&_facets=product&_facets=_cardinality.version&_facets=_histogram.date&_sort=-date&pretty=print",
      "_aggs.product.version=_histogram.uptime&_histogram.date=product&_histogram_interval.date=hour",
      "_results_number=1&_results_offset=2&_facets_size=3&_return_query=0&_explain=1",
      "date=>=2026-11-20&date=<2026-12-31",
      text("uptime >= 5 AND uptime <= 5 AND date > 2026-11-20"),
    ])
      expect([query, warn(query)]).toEqual([query, []]);
  });

  it("at most 20 times, however much is wrong, in no time", () => {
    const names = Array.from({ length: 3_000 }, (_, index) => `nonsense${index}=1`).join("&");
    expect(warn(names)).toHaveLength(20);
    expect(warn(`${"n".repeat(100_000)}=1`)[0]?.message.length).toBeLessThan(300);
  });

  it("and told nothing of fields the viewer may not see", () => {
    const hidden = FIELDS.filter(({ access }) => access === "protected").map(({ name }): string => name);
    const places = [
      "@=1",
      "_facets=@",
      "_sort=@",
      "_aggs.@=product",
      "_aggs.product=@",
      "_histogram.@=product",
    ];
    const cutOff = (name: string) => name.slice(0, -1);
    for (const name of hidden) {
      for (const place of places) {
        const [warning] = warn(place.replace("@", name));
        expect(warning?.message).toContain(`'${name}' is unknown and says nothing.`);
        const [near] = warn(place.replace("@", cutOff(name)), anonymous);
        if (!hidden.includes(cutOff(name)) && !FIELDS.some((field) => field.name === cutOff(name)))
          expect(near?.message).not.toContain(`mean '${name}'`);
      }
    }
    expect(warn("url=x", analyst)).toEqual([]);
  });
});
