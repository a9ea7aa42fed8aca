import { describe, expect, it } from "vitest";
import { planStorage, savesIntoSearchIndex, storageTree } from "#lib/crashstorage/plan";

const surroundings = {
  dataDirectory: "/data",
  elasticsearchUrl: "http://search:9200",
  elasticsearchIndex: "socorro%Y%W",
};
const plan = (setting: string) => planStorage(setting, surroundings);

describe("the composition elasticsearch", () => {
  it("takes what it is not told from the settings of the search engine", () => {
    expect(plan("elasticsearch")).toMatchObject({
      url: "http://search:9200",
      index: "socorro%Y%W",
      shards: 1,
      timeoutSeconds: 30,
      keys: expect.arrayContaining(["url", "memory_info", "json_dump"]) as string[],
    });
    expect(
      plan("elasticsearch(url=https://a:1/b, index=x%Y, timeout=5, keys=url;json_dump.x)"),
    ).toMatchObject({
      url: "https://a:1/b",
      index: "x%Y",
      timeoutSeconds: 5,
      keys: ["url", "json_dump.x"],
    });
    expect(plan("elasticsearch(keys=)")).toMatchObject({ keys: [] });
  });

  it("never shows a password in the tree", () => {
    expect(storageTree(plan("elasticsearch(url=https://me:hunter2@a:1/b)"))).toBe(
      "elasticsearch  https://a:1/b  socorro%Y%W\n",
    );
  });

  it.each([
    ["elasticsearch(http://a)", "takes options only"],
    ["elasticsearch(url=ftp://me:hunter2@a)", "wants an http or https URL"],
    ["elasticsearch(timeout=0)", 'a timeout of 1 to 9999 seconds, not "0"'],
    ["elasticsearch(shards=3)", 'no option "shards". Accepted: url, index, timeout, keys'],
  ])("%s is refused, saying why", (setting, why) => {
    expect(() => plan(setting)).toThrow(why);
    expect(() => plan(setting)).not.toThrow("hunter2");
  });

  it("is refused when neither it nor a setting names a server", () => {
    expect(() => planStorage("elasticsearch", { dataDirectory: "/data", elasticsearchUrl: "" })).toThrow(
      "elasticsearch wants a server: elasticsearch(url=URL), or the setting ELASTICSEARCH_URL",
    );
  });
});

it.each([
  ["elasticsearch", true],
  ["elasticsearch(url=http://search:9200/)", true],
  ["poly(null, benchmarking(elasticsearch))", true],
  ["primary-deferred-processed(null, null, elasticsearch)", true],
  ["redacting(elasticsearch)", true],
  ["elasticsearch(index=other%Y)", false],
  ["elasticsearch(url=http://other:9200)", false],
  ["fallback(null, elasticsearch)", false],
  ["primary-deferred(elasticsearch, null)", false],
  ["null", false],
])("saving in %s puts every crash into the search index: %s", (setting, expected) => {
  expect(savesIntoSearchIndex(plan(setting), surroundings)).toBe(expected);
  expect(savesIntoSearchIndex(plan(setting), { ...surroundings, elasticsearchUrl: "" })).toBe(false);
});
