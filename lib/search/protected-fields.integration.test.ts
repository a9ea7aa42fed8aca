import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { exportFormat, streamCrashes } from "#lib/api/crash-export";
import { isAppError } from "#lib/core/errors";
import { anonymous, viewerWith, type Viewer } from "#lib/core/viewer";
import { answerCache } from "#lib/middleware/answer-cache";
import { searchReader, type SearchReader } from "#lib/middleware/search-reader";
import { exportCrashes, superSearch, type SearchAnswer } from "#lib/middleware/super-search";
import { searchPage } from "#lib/reports/search-page";
import { ownIndexTemplate, removeIndices } from "#test/elasticsearch-index";
import { CORPORA, PROTECTED_NAMES, pryingQueries } from "#test/protected-names";
import { CORPUS_NOW } from "./corpus";
import { openDuckdbEngine } from "./duckdb/engine";
import { openElasticsearchEngine } from "./elasticsearch/engine";
import type { SearchEngine } from "./engine";
import { parametersOf } from "./plan/request";

const url = inject("elasticsearchUrl");
const templates = [ownIndexTemplate(), ownIndexTemplate()] as const;
afterAll(() => Promise.all(templates.map((template) => removeIndices(url, template))));

const privileged = viewerWith("privileged@example.com", ["view_pii"]);
const now = CORPUS_NOW;
type Asker = (search: SearchReader, query: string, viewer: Viewer) => Promise<string>;

const askApi: Asker = async (search, query, viewer) =>
  JSON.stringify(
    await superSearch(search, new URLSearchParams(`_explain=1&_cursor=*&${query}`), { viewer, now }),
  );
const askPage: Asker = async (search, query, viewer) =>
  JSON.stringify(await searchPage({ search, viewer, now }, parametersOf(new URLSearchParams(query)), 1));
const BY_CURSOR = [askApi, askPage];

/** Everything through which a search can be asked, as what its asker gets to read. */
const ASKERS: Readonly<Record<string, Asker>> = {
  "the API": askApi,
  "the page": askPage,
  "an export as ndjson": (search, query, viewer) => exported("ndjson", search, query, viewer),
  "an export as csv": (search, query, viewer) => exported("csv", search, query, viewer),
};

async function exported(format: string, search: SearchReader, query: string, viewer: Viewer) {
  const parameters = new URLSearchParams(query);
  parameters.delete("_cursor");
  const answer = await streamCrashes(exportFormat(format), () =>
    exportCrashes(search, parameters, { viewer, now }),
  );
  return answer.text();
}

/** What is read, errors included; all but how long it took. */
async function read(ask: Asker, search: SearchReader, query: string, viewer: Viewer): Promise<string> {
  const told = await ask(search, query, viewer).catch((error: unknown) => {
    if (!isAppError(error)) throw error;
    return `${error.status} ${error.message}`;
  });
  const timeless = told.replaceAll(/"(parse|search)_ms":[\d.]+/g, '"$1_ms":0');
  return templates.reduce((text, template) => text.replaceAll(template.replace("%Y%W", ""), ""), timeless);
}

/** The same engine, which answers a plan that it has answered once by what it said then. */
function remembering(engine: SearchEngine): SearchReader {
  const answers = new Map<string, ReturnType<SearchReader["search"]>>();
  const scans = new Map<string, Promise<Awaited<ReturnType<SearchReader["search"]>>["hits"]>>();
  const remembered = <T>(known: Map<string, T>, plan: object, ask: () => T): T => {
    const key = JSON.stringify(plan);
    const answer = known.get(key) ?? ask();
    known.set(key, answer);
    return answer;
  };
  return {
    ...searchReader(engine, answerCache({ sizeBytes: 0 })),
    search: (plan) => remembered(answers, plan, () => engine.search(plan)),
    async *scan(plan) {
      yield await remembered(scans, plan, async () => {
        const hits = [];
        for await (const batch of engine.scan(plan)) hits.push(...batch);
        return hits;
      });
    },
  };
}

const ENGINES: Readonly<Record<string, (which: 0 | 1) => Promise<SearchEngine>>> = {
  duckdb: () => openDuckdbEngine({ path: ":memory:" }),
  elasticsearch: (which) =>
    Promise.resolve(openElasticsearchEngine({ url, index: templates[which], shards: 1, now: () => now })),
};

describe.each(Object.entries(ENGINES))("somebody who may not see protected data, by %s,", (_, open) => {
  let engines: readonly [SearchEngine, SearchEngine];
  let one: SearchReader;
  let other: SearchReader;
  beforeAll(async () => {
    engines = [await open(0), await open(1)];
    for (const [which, corpus] of CORPORA.entries()) await engines[which]?.index(corpus);
    [one, other] = [remembering(engines[0]), remembering(engines[1])];
  });
  afterAll(() => Promise.all(engines.map((engine) => engine.close())));

  it.each(Object.entries(ASKERS))(
    "reads the same through %s, whatever it is and is asked",
    async (title, ask) => {
      for (const protectedName of PROTECTED_NAMES)
        for (const query of pryingQueries(protectedName)) {
          // An export has no facets.
          if (title.startsWith("an export") && /^_(facets|aggs|histogram)/.test(query)) continue;
          const told = await read(ask, one, query, anonymous);
          if (told !== (await read(ask, other, query, anonymous)))
            expect.fail(`${query} tells of ${protectedName.name}: ${told.slice(0, 500)}`);
        }
    },
  );

  it("learns nothing from the cursor of somebody who may see it", async () => {
    for (const { name, values } of PROTECTED_NAMES) {
      const page = `_results_number=2&_columns=uuid&_sort=${name}`;
      const given = async (search: SearchReader) => {
        const asked = new URLSearchParams(`${page}&_cursor=*`);
        const answer = await superSearch(search, asked, { viewer: privileged, now });
        return (answer as SearchAnswer).next_cursor ?? "";
      };
      const [ours, theirs] = [await given(one), await given(other)];
      expect(atob(ours.replaceAll("-", "+").replaceAll("_", "/"))).toContain(name);
      const places = [page, "_columns=uuid", `_sort=-${name}`, `_sort=product&_facets=${name}`];
      for (const [ask, place] of BY_CURSOR.flatMap((each) => places.map((asked) => [each, asked] as const))) {
        const told = await read(ask, one, `${place}&_cursor=${ours}`, anonymous);
        expect(told).toContain("it is of another order");
        expect(told).not.toContain(String(values[0]));
        const toldOther = await read(ask, other, `${place}&_cursor=${theirs}`, anonymous);
        expect(toldOther.replaceAll(theirs, "")).toBe(told.replaceAll(ours, ""));
      }
    }
  });

  it("is shut out from what others can read, so that all this can fail", async () => {
    for (const { name } of PROTECTED_NAMES)
      for (const query of [
        `_facets=${name}`,
        `_aggs.product=${name}`,
        `_columns=${name}`,
        `${name}=__null__`,
      ])
        expect([query, await read(askApi, one, query, privileged)]).not.toEqual([
          query,
          await read(askApi, other, query, privileged),
        ]);
  });
});
