import { describe, expect, it } from "vitest";
import { crashStorageContract } from "./conformance";
import { nullStorage } from "./drivers/null";
import { planStorage, splitAtSearchIndex, storageTree } from "./plan";

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

  it("is split into what the search index keeps and what is elsewhere, each with nothing in the place of the other", () => {
    const surroundings = {
      dataDirectory: "/data",
      elasticsearchUrl: "http://es:9200",
      elasticsearchIndex: "socorro%Y%W",
    };
    const setting = "poly(fs-permanent, redacting(elasticsearch), elasticsearch(index=other%Y))";
    const { elsewhere, searchIndex } = splitAtSearchIndex(planStorage(setting, surroundings), surroundings);
    const membersOf = (split: typeof elsewhere) =>
      storageTree(split)
        .split("\n")
        .map((line) => line.trim().replace(/^.*: (\S+).*$/, "$1"));
    expect(membersOf(elsewhere).slice(1, 5)).toEqual(["fs-permanent", "redacting", "null", "elasticsearch"]);
    expect(membersOf(searchIndex).slice(1, 5)).toEqual(["null", "redacting", "elasticsearch", "null"]);
  });

  it("is printed without the password of a queue", () => {
    const surroundings = { dataDirectory: "/data", crashQueueUrl: "amqp://me:secret@host/crashes" };
    expect(storageTree(planStorage("rabbitmq(throttle=10)", surroundings))).toBe(
      "rabbitmq  amqp://host/crashes  throttle=10  filter=yes\n",
    );
  });

  it.each([
    ["", '"" is not a name'],
    ["Poly", '"Poly" is not a name'],
    [
      "s4",
      '"s4" is no crash storage. Accepted: null, s3, elasticsearch, hbase, postgresql, rabbitmq, fs-permanent',
    ],
    ["s3", "s3 wants options: s3(bucket=NAME)"],
    ["s3(crashes)", "s3 wants options: s3(bucket=NAME)"],
    ["s3(bucket=a, key=b)", 's3 has no option "key". Accepted: bucket, prefix, region, endpoint, layout'],
    ["s3(bucket=a, layout=flat)", 's3 has no layout "flat". Accepted: entropy, dated'],
    ["s3(bucket=a, endpoint=ftp://b)", 'not "ftp://b"'],
    ["hbase", "hbase wants options: hbase(host=NAME)"],
    ["hbase(host=a, port=0)", 'hbase has no port "0"; it wants a number'],
    ["hbase(host=a, timeout=soon)", 'hbase has no timeout "soon"'],
    ["hbase(host=a, retry=)", 'hbase has no retry ""'],
    ["hbase(host=a, transport=http)", 'hbase has no transport "http". Accepted: buffered, framed'],
    ["postgresql", "postgresql wants a server: set DATABASE_URL, or write postgresql(url=URL)."],
    ["postgresql(crashes)", "postgresql wants options: postgresql(url=URL, dumps=yes)"],
    ["postgresql(url=mysql://h/d)", "postgresql wants a URL of the form postgresql://"],
    ["postgresql(url=postgresql://h/d, dumps=on)", 'takes dumps=yes or dumps=no, not "on"'],
    ["postgresql(url=postgresql://h/d, schema=a b)", 'not "a b"'],
    ["postgresql(url=postgresql://h/d, table=x)", 'has no option "table". Accepted: url, dumps, schema'],
    ["constructor", '"constructor" is no crash storage'],
    ["poly", "poly wants at least one member; 0 given"],
    ["fallback(null)", "fallback wants primary, fallback; 1 given"],
    ["primary-deferred-processed(null, null)", "wants primary, deferred, processed; 2 given"],
    ["benchmarking(null, null)", "benchmarking wants measured; 2 given"],
    ["rabbitmq", "rabbitmq wants an amqp or amqps URL"],
    ["rabbitmq(url=http://x)", "rabbitmq wants an amqp or amqps URL"],
    ["rabbitmq(url=amqp://x, throttle=101)", 'rabbitmq wants throttle from 0 to 100, not "101"'],
    ["rabbitmq(url=amqp://x, filter=maybe)", 'rabbitmq wants filter yes or no, not "maybe"'],
    ["rabbitmq(url=amqp://x, rate=1)", 'rabbitmq has no option "rate". Accepted: url, throttle, filter'],
    ["rabbitmq(x)", "rabbitmq takes options only: url, throttle, filter"],
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

it("a composition in PostgreSQL leans on DATABASE_URL, and is printed without the password", () => {
  const surroundings = { dataDirectory: "/data", databaseUrl: "postgresql://user:secret@db:5433/crashes" };
  expect(
    storageTree(planStorage("poly(postgresql, postgresql(dumps=yes, schema=whole))", surroundings)),
  ).toBe(
    [
      "poly  (container)",
      "  member 1: postgresql  db:5433/crashes  crashstorage",
      "  member 2: postgresql  db:5433/crashes  whole  with dumps",
      "",
    ].join("\n"),
  );
});
