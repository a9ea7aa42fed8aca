import { setImmediate as nextTurn } from "node:timers/promises";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { CrashId } from "#lib/core/crash-id";
import { anonymous, type Viewer } from "#lib/core/viewer";
import { FIELDS, type FieldName } from "#lib/fields/catalogue";
import { CORPUS, CORPUS_NOW } from "./corpus";
import type { SearchEngine } from "./engine";
import { FILTER_CASES } from "./filter-cases";
import { parseSearch } from "./plan/parameters";
import type { Clause, Operator, SearchPlan } from "./plan/plan";
import { parametersOf } from "./plan/request";

const seesAll: Viewer = { email: "analyst@example.com", can: () => true };

/** The plan of a query string, asked by somebody who may see everything at the corpus's noon. */
export function planOf(query: string, viewer: Viewer = seesAll): SearchPlan {
  const mode = viewer === anonymous ? "public" : "unredacted";
  return parseSearch(parametersOf(new URLSearchParams(query)), { now: CORPUS_NOW, viewer, mode }).plan;
}

/** The promises of SearchEngine, run against one engine that starts empty. */
export function searchEngineContract(name: string, openEngine: () => Promise<SearchEngine>): void {
  describe(`${name} keeps the SearchEngine contract`, () => {
    let engine: SearchEngine;
    beforeAll(async () => {
      engine = await openEngine();
      await engine.index(CORPUS);
    });
    afterAll(() => engine.close());

    /** The numbers of the corpus's crashes that a query finds, in the order of the corpus. */
    const found = async (query: string): Promise<readonly number[]> => {
      const { hits } = await engine.search(planOf(`${query}&_columns=uuid`));
      const ids = new Set(hits.map(({ uuid }) => uuid));
      return CORPUS.flatMap(({ uuid }, index) => (ids.has(uuid) ? [index + 1] : []));
    };
    const facets = async (query: string) =>
      (await engine.search(planOf(`_results_number=0&${query}`))).facets;

    describe("filters", () => {
      it.each(FILTER_CASES)("%s finds %j", async (query, expected) => {
        expect(await found(query)).toEqual(expected);
      });

      it("find nothing for a search of everything that was not indexed", async () => {
        expect(await found("product=Nothing")).toEqual([]);
      });

      it("refuse a regular expression that is none, saying so", async () => {
        for (const field of ["signature", "frame_function", "annotation.Custom"])
          for (const pattern of ["(", "a{2,1}", "a)|(b", 'a"b'])
            await expect(found(`${field}=@${pattern}`)).rejects.toMatchObject({
              code: "bad_argument",
              message: expect.stringContaining("Malformed supersearch query") as string,
            });
      });

      it("may be thousands on one field", async () => {
        const many = Array.from({ length: 1_900 }, (_, index) => `signature==nothing+${index}`).join("&");
        expect(await found(`${many}&signature==OOM+|+small`)).toEqual([2, 3]);
        const bounds = Array.from({ length: 2_000 }, (_, index) => `uptime=>${index - 1_900}`).join("&");
        expect(await found(bounds)).toEqual([3, 5]);
      });

      it("split the crashes in two, each with its negation", async () => {
        const text = fc.constantFrom(
          "OOM",
          "o",
          "::",
          "a*",
          "",
          "ß",
          "Foo<T>",
          "1.0",
          "\\",
          "%",
          "_",
          "'",
          '"',
          "(x",
        );
        const tests = fc
          .record({
            field: fc.constantFrom<FieldName>(
              "signature",
              "product",
              "addons",
              "modules_in_stack",
              "url",
              "app_notes",
              "version",
              "frame_function",
              "annotation.Custom",
            ),
            operator: fc.constantFrom<Operator>("has", "=", "~", "^", "$", "__null__"),
            value: text,
          })
          .map((test): Clause => ({ kind: "test", ...test }));
        const count = async (where: Clause) =>
          (await engine.search({ ...planOf("_results_number=0&_facets_size=0"), where })).total;
        await fc.assert(
          fc.asyncProperty(tests, tests, async (one, other) => {
            for (const clause of [
              one,
              { kind: "all", of: [one, other] } as const,
              { kind: "any", of: [one, other] } as const,
            ])
              expect((await count(clause)) + (await count({ kind: "not", clause }))).toBe(6);
          }),
          { numRuns: 40 },
        );
      });
    });

    describe("hits", () => {
      it("have exactly the columns asked for, null where there is no value", async () => {
        const { hits } = await engine.search(
          planOf(
            "_columns=uuid&_columns=date&_columns=cpu_count&_columns=build_id&_columns=safe_mode&_columns=address&uptime=5",
          ),
        );
        expect(hits).toEqual([
          {
            uuid: CORPUS[0]?.uuid,
            date: "2026-11-24T11:00:00.000001+00:00",
            cpu_count: 8,
            build_id: 20261101000000,
            safe_mode: true,
            address: null,
          },
        ]);
      });

      it("have the reference's columns when none are asked for", async () => {
        const { hits } = await engine.search(planOf("uptime=5"));
        expect(Object.keys(hits[0] ?? {})).toEqual(["uuid", "date", "signature", "product", "version"]);
      });

      it("show several values as a list, one as itself, none as null", async () => {
        const { hits } = await engine.search(planOf("_columns=addons&_sort=uptime&product=Firefox"));
        expect(hits.map(({ addons }) => addons)).toEqual([
          ["alpha@example:1.0", "beta@example:2.0"],
          null,
          "alpha@example:1.0",
          null,
        ]);
      });

      it.each<[string, readonly (number | null)[]]>([
        ["_sort=uptime", [0, 5, 59, 61, 130, 4000]],
        ["_sort=-uptime", [4000, 130, 61, 59, 5, 0]],
        ["_sort=-date", [5, 61, 130, 0, 4000, 59]],
        ["_sort=date", [59, 4000, 0, 130, 61, 5]],
        ["_sort=build_id", [130, 5, 61, 4000, 0, 59]],
        ["_sort=-build_id", [4000, 61, 5, 130, 0, 59]],
        ["_sort=product&_sort=-uptime", [4000, 130, 61, 59, 5, 0]],
        ["_sort=annotation.Custom", [130, 5, 61, 0, 4000, 59]],
        ["_sort=-annotation.Custom", [0, 61, 5, 130, 4000, 59]],
        ["", [5, 61, 130, 0, 4000, 59]],
      ])("come in the order of %j, missing values last", async (query, uptimes) => {
        const { hits } = await engine.search(planOf(`${query}&_columns=uptime`));
        expect(hits.map(({ uptime }) => uptime)).toEqual(uptimes);
      });

      it("come in pages, and the total counts all of them", async () => {
        const page = (offset: number) =>
          engine.search(planOf(`_sort=uptime&_columns=uptime&_results_number=4&_results_offset=${offset}`));
        const [first, second, beyond] = await Promise.all([page(0), page(4), page(8)]);
        expect([...first.hits, ...second.hits].map(({ uptime }) => uptime)).toEqual([
          0, 5, 59, 61, 130, 4000,
        ]);
        expect([first.total, second.total, beyond.total]).toEqual([6, 6, 6]);
        expect(beyond.hits).toEqual([]);
        expect((await engine.search(planOf("_results_number=0"))).hits).toEqual([]);
      });

      it("can have every field as a column and as a sort", async () => {
        const names = FIELDS.map(({ name }) => name);
        const { hits } = await engine.search(planOf(names.map((name) => `_columns=${name}`).join("&")));
        expect(Object.keys(hits[0] ?? {})).toEqual(names);
        for (const name of names) expect((await engine.search(planOf(`_sort=-${name}`))).total).toBe(6);
      });
    });

    describe("facets", () => {
      it("count exact values, most first, then by term", async () => {
        expect(await facets("_facets=product&_facets=platform")).toEqual({
          product: [
            { term: "Firefox", count: 4 },
            { term: "Fenix", count: 1 },
            { term: "Thunderbird", count: 1 },
          ],
          platform: [
            { term: "Linux", count: 2 },
            { term: "Windows NT", count: 2 },
            { term: "Android", count: 1 },
            { term: "Mac OS X", count: 1 },
          ],
        });
      });

      it("are by signature when none are asked for, and none at size 0", async () => {
        expect(Object.keys(await facets(""))).toEqual(["signature"]);
        expect(await facets("_facets_size=0&_facets=product")).toEqual({});
      });

      it("have at most the asked number of terms", async () => {
        expect(await facets("_facets=platform&_facets_size=1")).toEqual({
          platform: [{ term: "Linux", count: 2 }],
        });
      });

      it("count each of several values once per crash, and terms of lists in lower case", async () => {
        expect(await facets("_facets=addons&_facets=modules_in_stack")).toEqual({
          addons: [
            { term: "alpha@example:1.0", count: 2 },
            { term: "beta@example:2.0", count: 1 },
          ],
          modules_in_stack: [
            { term: "xul.dll/aaa", count: 2 },
            { term: "ntdll.dll/bbb", count: 1 },
          ],
        });
      });

      it("write booleans as T and F, and numbers as numbers", async () => {
        expect(await facets("_facets=safe_mode&_facets=cpu_count&_facets=uptime_ts&_facets_size=2")).toEqual({
          safe_mode: [
            { term: "F", count: 2 },
            { term: "T", count: 1 },
          ],
          cpu_count: [
            { term: 4, count: 1 },
            { term: 8, count: 1 },
          ],
          uptime_ts: [
            { term: -1.5, count: 1 },
            { term: 5.25, count: 1 },
          ],
        });
      });

      it("count only crashes that the filters and dates let through", async () => {
        expect(await facets("_facets=product&platform=Linux&date=>=2026-11-24")).toEqual({
          product: [{ term: "Firefox", count: 1 }],
        });
      });

      it("go as deep as asked", async () => {
        expect(
          await facets("_aggs.product.version.platform=process_type&product=Thunderbird&product=Fenix"),
        ).toEqual({
          signature: expect.anything() as unknown,
          product: [
            {
              term: "Fenix",
              count: 1,
              facets: {
                version: [
                  {
                    term: "130.0",
                    count: 1,
                    facets: {
                      platform: [
                        {
                          term: "Android",
                          count: 1,
                          facets: { process_type: [{ term: "parent", count: 1 }] },
                        },
                      ],
                    },
                  },
                ],
              },
            },
            {
              term: "Thunderbird",
              count: 1,
              facets: {
                version: [
                  {
                    term: "97.0.1",
                    count: 1,
                    facets: {
                      platform: [
                        { term: "Mac OS X", count: 1, facets: { process_type: [{ term: "gpu", count: 1 }] } },
                      ],
                    },
                  },
                ],
              },
            },
          ],
        });
      });

      it("limit every level by itself, and show an empty one as empty", async () => {
        const result = await facets(
          "_facets=product&_aggs.product=platform&_aggs.product=addons&_aggs.product=_cardinality.version&_facets_size=2",
        );
        expect(result).toEqual({
          product: [
            {
              term: "Firefox",
              count: 4,
              facets: {
                platform: [
                  { term: "Linux", count: 2 },
                  { term: "Windows NT", count: 2 },
                ],
                addons: [
                  { term: "alpha@example:1.0", count: 2 },
                  { term: "beta@example:2.0", count: 1 },
                ],
                cardinality_version: { value: 4 },
              },
            },
            {
              term: "Fenix",
              count: 1,
              facets: {
                platform: [{ term: "Android", count: 1 }],
                addons: [],
                cardinality_version: { value: 1 },
              },
            },
          ],
        });
      });

      it("count distinct values, of lists too", async () => {
        expect(
          await facets(
            "_facets=_cardinality.product&_facets=_cardinality.addons&_facets=_cardinality.plugin_name",
          ),
        ).toEqual({
          cardinality_product: { value: 3 },
          cardinality_addons: { value: 2 },
          cardinality_plugin_name: { value: 0 },
        });
      });

      it("count by intervals of numbers, ascending, without empty ones", async () => {
        expect(await facets("_facets=_histogram.uptime&_histogram_interval.uptime=60")).toEqual({
          histogram_uptime: [
            { term: 0, count: 3 },
            { term: 60, count: 1 },
            { term: 120, count: 1 },
            { term: 3960, count: 1 },
          ],
        });
        expect(await facets("_facets=_histogram.uptime_ts&_histogram_interval.uptime_ts=2.5")).toEqual({
          histogram_uptime_ts: [
            { term: -2.5, count: 1 },
            { term: 5, count: 1 },
            { term: 60, count: 1 },
          ],
        });
      });

      it("count by days in the form that clients read, and by other calendar units", async () => {
        expect(await facets("_histogram.date=product&product=Firefox")).toMatchObject({
          histogram_date: [
            {
              term: "2026-11-22T00:00:00+00:00",
              count: 1,
              facets: { product: [{ term: "Firefox", count: 1 }] },
            },
            {
              term: "2026-11-24T00:00:00+00:00",
              count: 3,
              facets: { product: [{ term: "Firefox", count: 3 }] },
            },
          ],
        });
        expect(await facets("_facets=_histogram.date&_histogram_interval.date=1M")).toEqual({
          histogram_date: [{ term: "2026-11-01T00:00:00+00:00", count: 6 }],
        });
        expect(await facets("_facets=_histogram.date&_histogram_interval.date=week")).toEqual({
          histogram_date: [
            { term: "2026-11-16T00:00:00+00:00", count: 1 },
            { term: "2026-11-23T00:00:00+00:00", count: 5 },
          ],
        });
      });

      it("work on every field", async () => {
        const names = FIELDS.map(({ name }) => name);
        for (let from = 0; from < names.length; from += 20) {
          const some = names.slice(from, from + 20);
          const asked = some.map(
            (name) => `_facets=${name}&_facets=_cardinality.${name}&_facets=_histogram.${name}`,
          );
          const keys = Object.keys(await facets(asked.join("&")));
          expect(keys.filter((key) => !/^(histogram|cardinality)_/.test(key))).toEqual(some);
        }
      });
    });

    describe("indexing", () => {
      it("replaces what was there for the same crash, so that doing it twice is doing it once", async () => {
        const [first] = CORPUS;
        if (!first) throw new Error("the corpus is empty");
        await engine.index([{ ...first, version: "99.0" }, ...CORPUS.slice(1)]);
        expect(await found("version=99.0")).toEqual([1]);
        await engine.index(CORPUS);
        await engine.index([first, { ...first }]);
        expect(await found("version=99.0")).toEqual([]);
        expect(await engine.count()).toBe(CORPUS.length);
      });

      it("leaves a keyword without a value that is longer than a term can be", async () => {
        const [first] = CORPUS;
        if (!first) throw new Error("the corpus is empty");
        await engine.index([{ ...first, address: "\u{1F4A5}".repeat(10_000) }]);
        expect(await found("address=!__null__")).toEqual([4]);
        await engine.index([{ ...first, address: "\u{1F4A5}".repeat(8_000) }]);
        expect(await found("address=!__null__")).toEqual([1, 4]);
        await engine.index([first]);
      });

      it("removes crashes, and passes over those that are not there", async () => {
        const [first] = CORPUS;
        if (!first) throw new Error("the corpus is empty");
        await engine.remove([first.uuid]);
        await engine.remove([first.uuid]);
        expect(await engine.count()).toBe(CORPUS.length - 1);
        await engine.index([first]);
        expect(await engine.count()).toBe(CORPUS.length);
      });

      it("expires the crashes of weeks and days that are over by then, and with a dry run only counts them", async () => {
        const [first] = CORPUS;
        if (!first) throw new Error("the corpus is empty");
        const uuids = ["03", "17", "18"].map((day) => `00000000-0000-4000-8000-0000002506${day}` as CrashId);
        const old = uuids.map((uuid) => ({
          ...first,
          uuid,
          date: `2025-06-${uuid.slice(-2)}T12:00:00+00:00`,
        }));
        const before = new Date("2025-06-18T06:00:00Z");
        await engine.index(old);
        const count = await engine.expire(before, { dryRun: true });
        // By days it is two of them; the week of the second is not over.
        expect([1, 2]).toContain(count);
        expect(await engine.count()).toBe(CORPUS.length + 3);
        expect(await engine.expire(before, { dryRun: false })).toBe(count);
        expect(await engine.count()).toBe(CORPUS.length + 3 - count);
        expect(await engine.expire(before, { dryRun: false })).toBe(0);
        await engine.remove(uuids);
        expect(await engine.count()).toBe(CORPUS.length);
      });

      it("does nothing when given nothing", async () => {
        await engine.index([]);
        await engine.remove([]);
        expect(await engine.count()).toBe(CORPUS.length);
      });
    });

    it("ends a search when its asker goes away while it runs", async () => {
      const path = Array<string>(20).fill("product").join(".");
      for (const later of [() => Promise.resolve(), nextTurn]) {
        const asker = new AbortController();
        const answer = engine.search(planOf(`_aggs.${path}=version`), asker.signal);
        await later();
        asker.abort(new Error("gone"));
        await expect(answer).rejects.toThrow("gone");
      }
    });

    it("does not begin a search whose asker has gone", async () => {
      const gone = AbortSignal.abort(new Error("gone"));
      await expect(engine.search(planOf(""), gone)).rejects.toThrow("gone");
    });

    it("says how it would search", () => {
      expect(JSON.stringify(engine.explain(planOf("signature=~Foo")))).toContain("Foo");
    });
  });
}
