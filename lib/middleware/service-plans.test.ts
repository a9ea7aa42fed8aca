import { describe, expect, it } from "vitest";
import { BadSetting } from "#lib/core/errors";
import { planServices } from "./service-plans";

const surroundings = { dataDirectory: "/data", elasticsearchIndex: "socorro%Y%W" };
const plan = (setting: string) => planServices(setting, surroundings);

describe("planServices", () => {
  it("points no service anywhere when it is empty", () => {
    expect(plan("")).toEqual({});
    expect(plan(" ")).toEqual({});
  });

  it("points each service to its own place", () => {
    expect(
      plan(
        "crash_data = fallback(fs-permanent(/old), s3(bucket=b)), super_search=elasticsearch(url=http://archive:9200, index=old%Y)",
      ),
    ).toEqual({
      crashData: "fallback(fs-permanent(/old), s3(bucket=b))",
      superSearch: {
        dataDirectory: "/data",
        elasticsearchUrl: "http://archive:9200",
        elasticsearchIndex: "old%Y",
      },
    });
    expect(plan("super_search=duckdb(/archive)")).toEqual({ superSearch: { dataDirectory: "/archive" } });
  });

  it("takes the server's own index name where it says none", () => {
    expect(plan("super_search=elasticsearch(url=http://archive:9200)").superSearch).toMatchObject({
      elasticsearchIndex: "socorro%Y%W",
    });
  });

  it.each([
    ["crash_data", '"crash_data" points no service anywhere. Accepted: crash_data, super_search'],
    ["bugs=fs-permanent(/a)", '"bugs=fs-permanent(/a)" points no service anywhere'],
    ["crash_data=null, crash_data=null", "crash_data is pointed at two places"],
    ["crash_data=fs-permanent(/a", "has a ( that is not closed"],
    ["crash_data=nothing", 'crash_data: "nothing" is no crash storage. Accepted: null, s3'],
    ["super_search=http://archive:9200", "super_search: "],
    ["super_search=sphinx(a)", 'super_search: "sphinx" is no search engine. Accepted: elasticsearch(url=URL'],
    ["super_search=duckdb", "duckdb wants the data folder whose index it reads: duckdb(FOLDER)"],
    ["super_search=elasticsearch", "super_search: elasticsearch wants a server"],
    ["super_search=elasticsearch(url=http://a:9200, keys=x)", 'has no option "keys". Accepted: url, index'],
  ])("refuses %s, and says why", (setting, why) => {
    expect(() => plan(setting)).toThrow(BadSetting);
    expect(() => plan(setting)).toThrow(`MIDDLEWARE_SERVICES: `);
    expect(() => plan(setting)).toThrow(why);
    expect(() => plan(setting)).not.toThrow("CRASHSTORAGE");
  });
});
