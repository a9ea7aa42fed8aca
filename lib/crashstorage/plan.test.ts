import { describe, expect, it } from "vitest";
import { crashStorageContract } from "./conformance";
import { nullStorage } from "./drivers/null";
import { planStorage, storageTree } from "./plan";

const plan = (setting: string) => planStorage(setting, { dataDirectory: "/data" });

describe("a composition of crash storages", () => {
  it("is read, and printed as a tree", () => {
    const setting =
      "fallback( fs-radix-tree(/fast), poly(fs-permanent, redacting(fs-permanent(/public), keys=url;email)) )";
    expect(storageTree(plan(setting))).toBe(
      [
        "fallback  (container)",
        "  primary: fs-radix-tree  /fast",
        "  fallback: poly  (container)",
        "    member 1: fs-permanent  /data/crashes",
        "    member 2: redacting  (container)  keys=url;email",
        "      redacted: fs-permanent  /public",
        "",
      ].join("\n"),
    );
  });

  it.each([
    ["", '"" is not a name'],
    ["Poly", '"Poly" is not a name'],
    ["s4", '"s4" is no crash storage. Accepted: null, s3, fs-permanent'],
    ["s3", "s3 wants options: s3(bucket=NAME)"],
    ["s3(crashes)", "s3 wants options: s3(bucket=NAME)"],
    ["s3(bucket=a, key=b)", 's3 has no option "key". Accepted: bucket, prefix, region, endpoint, layout'],
    ["s3(bucket=a, layout=flat)", 's3 has no layout "flat". Accepted: entropy, dated'],
    ["s3(bucket=a, endpoint=ftp://b)", 'not "ftp://b"'],
    ["constructor", '"constructor" is no crash storage'],
    ["poly", "poly wants at least one member; 0 given"],
    ["fallback(null)", "fallback wants primary, fallback; 1 given"],
    ["primary-deferred-processed(null, null)", "wants primary, deferred, processed; 2 given"],
    ["benchmarking(null, null)", "benchmarking wants measured; 2 given"],
    ["poly(null", "is not a name"],
    ["poly(null))", "has a ) too many"],
    ["poly((null)", "has a ( that is not closed"],
    ["null(x)", "null takes nothing in brackets"],
    ["fs-permanent(/a, /b)", "fs-permanent takes one folder"],
    ["poly(null, when=x)", 'poly has no option "when". Accepted: none'],
    ["poly(fs-permanent, fs-radix-tree)", "would share the folder /data/crashes"],
  ])("%j is refused at start, saying why", (setting, why) => {
    expect(() => plan(setting)).toThrow(
      expect.objectContaining({
        code: "bad_setting",
        message: expect.stringMatching(/^CRASHSTORAGE: /) as string,
      }) as Error,
    );
    expect(() => plan(setting)).toThrow(why);
  });
});

crashStorageContract("null", () => Promise.resolve(nullStorage()), new Set());
