import { describe, expect, it } from "vitest";
import { FILTER_CASES } from "../filter-cases";
import { parseSearch } from "./parameters";
import { parametersOf } from "./request";
import { toEnglish } from "./to-english";

const now = new Date("2026-11-24T12:00:00Z");
const viewer = { email: null, can: () => true };
const words = (query: string) =>
  toEnglish(parseSearch(parametersOf(new URLSearchParams(query)), { now, viewer, mode: "unredacted" }).plan);
const found = (query: string) =>
  /^Crashes from 2026-11-17 12:00:00 until 2026-11-24 12:00:00 \(UTC\) where (.*)\. Shows/s.exec(
    words(query),
  )?.[1];
const text = (query: string) => `_query=${encodeURIComponent(query)}`;

describe("a plan in words", () => {
  it("says everything about the usual search", () => {
    expect(words("")).toBe(
      "All crashes from 2026-11-17 12:00:00 until 2026-11-24 12:00:00 (UTC). Shows uuid, date, signature, product and version of the first 100, the newest first, and counts by signature, 50 values each at most.",
    );
  });

  it("says dates as they are bounded", () => {
    expect(words("date=>2026-11-01&date=<2026-11-02")).toContain(
      "after 2026-11-01 00:00:00 before 2026-11-02 00:00:00 (UTC)",
    );
  });

  it.each([
    ["process_type=gpu", 'process_type is "gpu"'],
    ["product=Wren", 'product has a word of "Wren"'],
    ["version=1&version=2", 'version is any of "1" and "2"'],
    ["version=!1&version=!2", 'version is none of "1" and "2"'],
    ["signature=oom&signature=small", 'signature has a word of "oom" or signature has a word of "small"'],
    ["signature==a&uptime=>5", 'signature is exactly "a" and uptime is above 5'],
    ["signature=!~a", 'signature does not contain "a"'],
    ["signature=^a&version=1", 'signature begins with "a" and version is "1"'],
    ["signature=$a", 'signature ends with "a"'],
    ["signature=@a.*", 'signature matches "a.*"'],
    ["uptime=>=1&uptime=<=5", "uptime is at least 1 and uptime is at most 5"],
    ["uptime=!<5", "uptime is not below 5"],
    ["url=__null__", "url has no value"],
    ["url=!__null__", "url has a value"],
    ["safe_mode=__true__", "safe_mode is true"],
    ["safe_mode=false", "safe_mode is false"],
    ["modules_in_stack=xul.dll", 'modules_in_stack has a term of "xul.dll"'],
    [
      text('version = 1 AND (signature ~ "OOM" OR NOT (uptime < 60 AND uptime > 5))'),
      'version is "1" and (signature contains "OOM" or not (uptime is below 60 and uptime is above 5))',
    ],
    [text("NOTHING"), "nothing holds"],
  ])("says of %s: %s", (query, expected) => {
    expect(found(query)).toBe(expected);
  });

  it.each([
    ["_results_number=0&_facets_size=0", "Shows none of them."],
    ["_results_number=10&_results_offset=20&_facets_size=0", "of numbers 21 to 30, the newest first."],
    ["_sort=product&_sort=-uptime", "by product ascending and uptime descending"],
    ["_facets=_cardinality.uuid", "counts different values of uuid"],
    ["_facets=_histogram.date&_facets_size=5", "counts by date per day, 5 values each at most."],
    ["_aggs.product.version=_histogram.uptime", "by product (in each by version (in each by uptime per 1))"],
  ])("says of %s: %s", (query, expected) => {
    expect(words(query)).toContain(expected);
  });

  it.each(FILTER_CASES)("finds words for %s, and not too many", (query) => {
    expect(words(query)).toMatch(/^(All crashes|Crashes) .*\. Shows .*\.$/s);
  });

  it("is short, however long the search is", () => {
    const many = Array.from({ length: 2_000 }, (_, index) => `signature=~number${index}`).join("&");
    expect(words(many).length).toBeLessThan(2_500);
    expect(words(many.replaceAll("signature=~", "version="))).toContain("and 1980 more");
  });
});
