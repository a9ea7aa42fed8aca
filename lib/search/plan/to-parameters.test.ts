import { describe, expect, it } from "vitest";
import { anonymous } from "#lib/core/viewer";
import { FILTER_CASES } from "../filter-cases";
import { normalised, sayTheSame } from "./normalise";
import { parseSearch } from "./parameters";
import { queryText } from "./query-text/printer";
import { parametersOf } from "./request";
import { toParameters } from "./to-parameters";

const options = {
  now: new Date("2026-11-24T12:00:00Z"),
  viewer: { email: null, can: () => true },
  mode: "unredacted" as const,
};
const where = (query: string) => parseSearch(parametersOf(new URLSearchParams(query)), options).plan.where;
const text = (query: string) => new URLSearchParams({ _query: query }).toString();

describe("filters as text and as parameters", () => {
  it.each(FILTER_CASES)("say the same for %s", (query) => {
    const clause = where(query);
    expect(normalised(where(text(queryText(clause))))).toEqual(normalised(clause));
    const parameters = toParameters(clause, options);
    expect(parameters).not.toBeNull();
    if (parameters) expect(sayTheSame(parseSearch(parameters, options).plan.where, clause)).toBe(true);
  });

  it.each([
    [
      'product = "Firefox" AND platform IN ("Linux", "Windows NT")',
      "product=Firefox&platform=Linux&platform=Windows NT",
    ],
    ['signature ~ "a" OR signature = "b"', "signature=~a&signature==b"],
    ['version ^ "98.0b"', "version=98.0b"],
    ["uptime > 5 AND uptime < 60", "uptime=>5&uptime=<60"],
    ["uptime > 5 AND uptime < 60 OR uptime = 70", "uptime=>5&uptime=<60&uptime=70"],
    ["NOT uptime > 5", "uptime=!>5"],
    ['process_type NOT EXISTS OR process_type = "gpu"', "process_type=__null__&process_type==gpu"],
    ['product NOT IN ("a", "b")', "product=!a&product=!b"],
    ["safe_mode IS NOT TRUE", "safe_mode=!__true__"],
    ["", ""],
  ])("%s is %s", (written, query) => {
    const found = toParameters(where(text(written)), options);
    const pairs = [...(found ?? [["null", [""]] as const])].flatMap(([name, values]) =>
      values.map((value) => `${name}=${value}`),
    );
    expect(pairs.join("&")).toBe(query);
  });

  it.each([
    'product = "a" OR platform = "b"',
    'signature !~ "a" AND signature !~ "b"',
    'product ~ "Fire"',
    'product == "Firefox"',
    'version = "98.0b"',
    'product = "!a"',
    'signature HAS "=a"',
    'signature HAS ""',
    "NOT (uptime > 5 AND uptime < 60)",
    "NOTHING",
  ])("%s cannot be said by parameters", (written) => {
    expect(toParameters(where(text(written)), options)).toBeNull();
  });

  it("keep to the rules of a form where they become one", () => {
    const asForm = { ...options, viewer: anonymous, mode: "form" as const };
    expect(toParameters(where(text("safe_mode = false")), options)).not.toBeNull();
    expect(toParameters(where(text("safe_mode = false")), asForm)).toBeNull();
    expect(toParameters(where(text("uptime > 5 AND uptime < 3")), asForm)).toBeNull();
    expect(toParameters(where(text("url EXISTS")), asForm)).toBeNull();
  });
});
