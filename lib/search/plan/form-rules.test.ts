import { describe, expect, it } from "vitest";
import { anonymous } from "#lib/core/viewer";
import { parseSearch } from "./parameters";
import { parametersOf } from "./request";

const now = new Date("2026-11-24T12:00:00Z");
const parse = (query: string) =>
  parseSearch(parametersOf(new URLSearchParams(query)), { now, viewer: anonymous, mode: "form" }).plan;
const search = (query: string) =>
  parseSearch(parametersOf(new URLSearchParams(query)), { now, viewer: anonymous, mode: "public" }).plan;

describe("a search form", () => {
  it.each([
    ["uptime=ten", "uptime", "Enter a whole number."],
    ["uptime=!>1.5", "uptime", "Enter a whole number."],
    ["uptime_ts=>x", "uptime_ts", "Enter a number."],
    ["date=>=soon", "date", "Enter a valid date/time."],
    ["uptime=>5&uptime=<3", "uptime", "Operator combination failed: 5 > 3"],
    ["uptime=<3&uptime=>5", "uptime", "Operator combination failed: 3 < 5"],
    ["uptime=<=3&uptime=<3", "uptime", "Operator combination failed: 3 < 3"],
    ["uptime=>5&uptime=3", "uptime", "Operator combination failed: 5 > 3"],
    ["date=>=2026-11-20&date=<2026-11-20", "date", "Operator combination failed: 2026-11-20 < 2026-11-20"],
    ["uptime=__null__&uptime=3", "uptime", "Can't combine __null__ with other filters"],
    ["uptime=__null__&uptime=!__null__", "uptime", "Can't combine __null__ with other filters"],
  ])("tells the person who sent %s what is wrong", (query, name, message) => {
    expect(() => parse(query)).toThrow(
      expect.objectContaining({ status: 400, errors: { [name]: [message] } }) as Error,
    );
  });

  it("tells of everything that is wrong at once", () => {
    expect(() => parse("uptime=x&last_crash=y")).toThrow(
      expect.objectContaining({
        errors: { uptime: ["Enter a whole number."], last_crash: ["Enter a whole number."] },
      }) as Error,
    );
  });

  it.each([
    "uptime=>3&uptime=<5",
    "uptime=>=3&uptime=<=3",
    "uptime=>3&uptime=>3",
    "uptime=>3&uptime=!__null__",
    "uptime=!>5&uptime=3",
    "uptime=__null__",
    "date=>=2026-11-20&date=<=2026-11-20",
    "signature=~a&signature=__null__&version=x",
    "phc_usable_size=x",
  ])("means by %s what a search means", (query) => {
    expect(parse(query)).toEqual(search(query));
  });

  it.each([
    ["safe_mode=yes", "safe_mode=__true__"],
    ["safe_mode=no", "safe_mode=!__true__"],
    ["safe_mode=anything", "safe_mode=!__true__"],
    ["safe_mode=__null__&safe_mode=__true__", "safe_mode=__true__"],
    ["safe_mode=!__null__", "safe_mode=!__null__"],
    ["safe_mode=", ""],
  ])("means by %s what a search means by %j", (query, meaning) => {
    expect(parse(query)).toEqual(search(meaning));
  });

  it("has no say in pages and in nested facets", () => {
    const query =
      "_results_number=1&_results_offset=5&_facets_size=0&_aggs.product=version&_histogram.date=product";
    expect(parse(query)).toEqual(search(""));
  });
});
