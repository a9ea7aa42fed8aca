import { readFile } from "node:fs/promises";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FIELDS } from "#lib/fields/catalogue";
import { concurrently } from "#lib/core/concurrently";
import { CORPUS_NOW } from "#lib/search/corpus";
import { encodeCursor } from "#lib/search/plan/cursor";
import { openSearchEngine } from "#lib/search/registry";
import { arbitraryDocument } from "#test/arbitrary-searches";
import { startElasticsearch, type ElasticsearchService } from "#test/services/elasticsearch";
import { startServerProcess, temporaryDataDirectory, type ServerProcess } from "#test/server-process";

/** Longest time for which a machine that does much else may leave a health check unanswered. */
const LONGEST_GAP_MS = 5_000;
/** Longer than any search may take, its answer included. */
const LONGEST_ANSWER_MS = 45_000;
/** What DuckDB may use by itself, and as much again for answers. */
const MOST_GROWTH_BYTES = 2_000_000_000;
const AT_ONCE = 4;

const PUBLIC: readonly string[] = FIELDS.filter(({ access }) => access === "public").map(({ name }) => name);
const times = (count: number, text: (index: number) => string, between = "") =>
  Array.from({ length: count }, (_, index) => text(index)).join(between);
const expression = (text: string) => `signature=@${encodeURIComponent(text)}`;
const queryText = (text: string) => `_query=${encodeURIComponent(text)}`;
const cursor = encodeCursor(
  [
    { field: "date", descending: true },
    { field: "uuid", descending: false },
  ],
  ["2026-11-24T00:00:00+00:00", "x"],
);

/** What is asked, and whether it has to be refused; what need not be may be, where an engine finds it too much. */
const HOSTILE: readonly (readonly [title: string, query: string, mustBeRefused?: boolean])[] = [
  ["an expression that explodes", expression("(a+)+$b(x+x+)+y")],
  ["one with too many states", expression("(.*a){30}b.{1,100}c.*(a|b|c){200}")],
  ["repetitions of repetitions", expression("(((a{1,1000}){1,1000}){1,1000})"), true],
  ["a billion numbers", expression("<1-1000000000>")],
  ["many intervals", expression(times(20, () => "<0-9999>"))],
  ["thousands of alternatives", expression(`(${times(1_000, () => "ab.*", "|")})`)],
  ["thousands of groups", expression("(".repeat(4_000)), true],
  ["thousands of complements", expression(`${"~".repeat(5_000)}a`)],
  ["wildcards between the letters", `signature=~${encodeURIComponent(`${"*x".repeat(2_000)}*y`)}`],
  ["wildcards that all could be anything", `signature=~${encodeURIComponent("*?".repeat(2_000))}`],
  ["a value of nothing but wildcards", `signature=~${encodeURIComponent("*".repeat(5_000))}`],
  ["a thousand values", times(1_200, (n) => `uptime=${n}`, "&")],
  ["hundreds of values that are not to be", times(700, (n) => `signature=!~v${n}`, "&")],
  ["hundreds of expressions", times(700, (n) => `signature=@v${n}.*`, "&")],
  ["ranges and values in turn", times(300, () => "uptime=>1&uptime=__null__", "&")],
  ["ten thousand values", times(10_000, (n) => `signature=~v${n}`, "&"), true],
  ["a text of thousands of words", `signature=${times(1_800, (n) => `w${n}`, "+")}`],
  ["a list of thousands of terms", `modules_in_stack=${times(1_800, (n) => `w${n}`, ";")}`],
  ["parentheses inside each other", queryText("(".repeat(5_000)), true],
  ["negations of negations", queryText("NOT ".repeat(2_000)), true],
  ["quotes that do not end", queryText(`signature = "${"\\\\".repeat(2_000)}`), true],
  ["expressions in a text", queryText(times(200, () => 'signature @ "(a+)+b"', " OR "))],
  ["a long query text", `_query=${"a".repeat(15_000)}`, true],
  ["a huge number", `uptime=>${"9".repeat(300)}`],
  ["a number that is none", `uptime=>${"9".repeat(400)}`, true],
  [
    "all facets at their largest",
    `_facets_size=10000&${times(PUBLIC.length, (n) => `_facets=${PUBLIC[n]}`, "&")}`,
  ],
  ["more values than a facet has", "_facets_size=99999999999", true],
  ["all there is, counted", times(PUBLIC.length, (n) => `_facets=_cardinality.${PUBLIC[n]}`, "&")],
  ["crashes inside crashes", "_facets_size=10000&_aggs.uuid.uuid.uuid.uuid.uuid.uuid.uuid=uuid"],
  ["every field inside every crash", times(PUBLIC.length, (n) => `_aggs.uuid.${PUBLIC[n]}=signature`, "&")],
  ["twenty levels", `_aggs.${times(20, () => "signature", ".")}=product&_facets_size=10000`],
  ["a thousand levels", `_aggs.${times(1_000, () => "uuid", ".")}=product`, true],
  [
    "hundreds of facets",
    times(250, (n) => `_aggs.product.${PUBLIC[n % PUBLIC.length]}=${PUBLIC[n % 90]}`, "&"),
  ],
  ["intervals of nothing", "_histogram.uptime_ts=product&_histogram_interval.uptime_ts=1e-300", true],
  ["half a million intervals", "date=>2025-12-01&_histogram.date=uuid&_histogram_interval.date=minute"],
  [
    "every field as a column",
    `_results_number=1000&${times(PUBLIC.length, (n) => `_columns=${PUBLIC[n]}`, "&")}`,
  ],
  ["a column that is none", `_columns=${"x".repeat(12_000)}`, true],
  ["an order by everything", times(PUBLIC.length, (n) => `_sort=-${PUBLIC[n]}`, "&")],
  ["an order by one thing, often", times(1_400, () => "_sort=uuid", "&")],
  ["thousands of parameters", times(3_500, () => "a=1", "&")],
  ["a cursor of nonsense", `_cursor=${"A".repeat(12_000)}`, true],
  ["a cursor that is deep", `_cursor=${btoa("[".repeat(8_000))}`, true],
  ["a cursor to no crash", `_cursor=${cursor}`],
  ["an export of too much", `_format=csv&${times(1_000, () => "_sort=uuid", "&")}&_results_offset=1`, true],
];

describe.each(["duckdb", "elasticsearch"])("a server that searches with %s", (name) => {
  const isServed = name === "elasticsearch";
  // Of its own: what it is made to do is not for others to feel.
  let elasticsearch: ElasticsearchService | null = null;
  let data: Awaited<ReturnType<typeof temporaryDataDirectory>>;
  let server: ServerProcess;

  beforeAll(async () => {
    data = await temporaryDataDirectory();
    elasticsearch = isServed ? await startElasticsearch({ heap: "2g" }) : null;
    const url = elasticsearch?.url ?? "";
    const engine = await openSearchEngine({ dataDirectory: data.path, elasticsearchUrl: url });
    const documents = fc.sample(arbitraryDocument, { numRuns: 3_000, seed: 1 });
    await engine.index(
      // A text on which wildcards have much to try.
      documents.map((document, index) =>
        index === 0 ? { ...document, signature: "x".repeat(5_000) } : document,
      ),
    );
    await engine.close();
    server = await startServerProcess(data.path, { ELASTICSEARCH_URL: url });
  });
  afterAll(async () => {
    await server.stop();
    await data.remove();
    await elasticsearch?.remove();
  });

  const dates = `date=>2026-11-01&date=<=${CORPUS_NOW.toISOString()}`;
  const ask = async (query: string) => {
    const range = query.startsWith("date=") ? "" : `${dates}&`;
    const answer = await fetch(`${server.url}/api/SuperSearch/?${range}${query}`, {
      signal: AbortSignal.timeout(LONGEST_ANSWER_MS),
    });
    return { status: answer.status, text: await answer.text() };
  };

  it("answers or refuses whatever is asked, and everybody else meanwhile, within bounds of time and memory", async () => {
    expect((await ask("")).status).toBe(200);
    const before = await peakBytes(server.processId);
    // Whether the server answers; the engine has a right to be busy with what it is asked.
    const health = probe(`${server.url}/__lbheartbeat__`);
    const wrong: string[] = [];
    await concurrently(HOSTILE, { limit: AT_ONCE }, async ([title, query, mustBeRefused = false]) => {
      const { status, text } = await ask(query);
      const isFine = mustBeRefused ? [400, 431].includes(status) : [200, 400].includes(status);
      if (!isFine) wrong.push(`${title}: ${status} ${text.slice(0, 300)}`);
      if (status !== 200 && !/\w+ \w+/.test(text)) wrong.push(`${title}: no reason`);
    });
    const longestGap = await health.end();
    expect(wrong).toEqual([]);
    expect(longestGap).toBeLessThan(LONGEST_GAP_MS);
    expect((await ask("_facets=signature")).status).toBe(200);
    expect((await fetch(`${server.url}/__heartbeat__`)).status).toBe(200);
    expect((await peakBytes(server.processId)) - before).toBeLessThan(MOST_GROWTH_BYTES);
  }, 600_000);
});

/** Asks again and again; tells the longest time that an answer took. */
function probe(address: string) {
  const asker = new AbortController();
  let longest = 0;
  const asking = (async () => {
    while (!asker.signal.aborted) {
      const begun = performance.now();
      const answer = await fetch(address);
      await answer.text();
      expect(answer.status).toBe(200);
      longest = Math.max(longest, performance.now() - begun);
    }
  })();
  return {
    async end() {
      asker.abort();
      await asking;
      return longest;
    },
  };
}

/** The most memory that a process has had at once. */
async function peakBytes(processId: number): Promise<number> {
  const status = await readFile(`/proc/${processId}/status`, "utf8");
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) * 1024;
}
