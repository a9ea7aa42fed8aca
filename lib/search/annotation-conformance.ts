import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { searchDocument } from "#lib/fields/document";
import { planOf } from "./conformance";
import { CORPUS } from "./corpus";
import type { SearchEngine } from "./engine";

/** What SearchEngine promises of annotations and frames beside filters and order, run against one engine that starts empty. */
export function annotationContract(name: string, openEngine: () => Promise<SearchEngine>): void {
  describe(`${name} knows annotations and frames`, () => {
    let engine: SearchEngine;
    beforeAll(async () => {
      engine = await openEngine();
      await engine.index(CORPUS);
    });
    afterAll(() => engine.close());

    it("as columns, by any name", async () => {
      const names = ["annotation.Custom", "annotation.odd name.x", "frame_function", "thread_name"];
      const columns = names.map((name) => `_columns=${encodeURIComponent(name)}`).join("&");
      const { hits } = await engine.search(planOf(`${columns}&_sort=date&uptime=<=61&process_type=!gpu`));
      expect(hits.map((hit) => names.map((name) => hit[name]))).toEqual([
        [null, null, null, null],
        ["OOM | small", null, "wait", null],
        ["Größe a*b?c\\d_e", "odd", ["Foo::Bar", "wait"], ["MainThread", "Worker"]],
      ]);
    });

    it("as facets, above and below others", async () => {
      const { facets } = await engine.search(
        planOf(
          "_facets=_cardinality.annotation.Custom&_aggs.annotation.ProductName.product=annotation.Custom&_facets=frame_function&_facets_size=2",
        ),
      );
      expect(facets).toEqual({
        "cardinality_annotation.Custom": { value: 4 },
        frame_function: [
          { term: "wait", count: 2 },
          { term: "Foo::Bar", count: 1 },
        ],
        "annotation.ProductName": [
          {
            term: "Firefox",
            count: 3,
            facets: {
              product: [
                {
                  term: "Firefox",
                  count: 3,
                  facets: {
                    "annotation.Custom": [
                      { term: "", count: 1 },
                      { term: "Größe a*b?c\\d_e", count: 1 },
                    ],
                  },
                },
              ],
            },
          },
        ],
      });
    });

    it("as any text that an annotation may hold, of any name, cut where it is too long", async () => {
      const [first] = CORPUS;
      if (!first) throw new Error("the corpus is empty");
      const { uuid, date: submitted_timestamp } = first;
      const names = ["constructor", "__proto__", "toString", "a.b", "*", "%", "\u{1F4A5}'\"\\", "=", "漢字"];
      const raw = {
        uuid,
        submitted_timestamp,
        ...Object.fromEntries(names.map((one) => [one, `of ${one}`])),
      };
      const long = "é".repeat(40_000);
      await engine.index([searchDocument({ ...first, date_processed: first.date }, { ...raw, long })]);
      for (const one of names) {
        const column = encodeURIComponent(`annotation.${one}`);
        const query = `${column}=${encodeURIComponent(`=of ${one}`)}&_facets=${column}&_columns=${column}`;
        if (one === "__proto__") {
          expect(() => planOf(query)).toThrow("Unknown field");
          continue;
        }
        const { hits, facets } = await engine.search(planOf(query));
        expect(hits).toEqual([{ [`annotation.${one}`]: `of ${one}` }]);
        expect(facets).toEqual({ [`annotation.${one}`]: [{ term: `of ${one}`, count: 1 }] });
      }
      const { hits } = await engine.search(planOf("annotation.long=^ééé&_columns=annotation.long"));
      expect(hits).toEqual([{ "annotation.long": "é".repeat(1_000) }]);
      await engine.index([first]);
      expect((await engine.search(planOf("annotation.long=!__null__"))).total).toBe(0);
    });
  });
}
