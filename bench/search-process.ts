// Asks a search engine questions as Super Search does, or its own queries for them as a bare client does, and prints
// how long each took and in how much memory.
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { anonymous } from "#lib/core/viewer";
import { answerCache } from "#lib/middleware/answer-cache";
import { searchReader } from "#lib/middleware/search-reader";
import { superSearch } from "#lib/middleware/super-search";
import { parseSearch } from "#lib/search/plan/parameters";
import { parametersOf } from "#lib/search/plan/request";
import { openSearchEngine, type SearchSettings } from "#lib/search/registry";
import { questionsUntil, type Question } from "./search-questions";

/** What is to be measured. */
export interface SearchOrder {
  readonly settings: SearchSettings;
  readonly bare: boolean;
  readonly until: number;
  /** Each round has questions of its own. */
  readonly round: number;
  /** Questions of each kind, fewer where they take long. */
  readonly count: number;
}

export interface SearchFigures {
  readonly milliseconds: Readonly<Record<string, readonly number[]>>;
  readonly peakMegabytes: number;
}

interface Asker {
  ask(query: string): Promise<void>;
  close(): Promise<void>;
}

const WARM_UP = 3;
const FEWEST = 3;
const LONGEST_MS = 20_000;

const order = JSON.parse(process.argv[2] ?? "") as SearchOrder;
const { settings, until, count, round } = order;
// Each round and either client asks about other seconds: what another one asked may be in a cache.
const first = (2 * round + Number(order.bare)) * (WARM_UP + count);
const questions = questionsUntil(until, { count: WARM_UP + count, first });
const open = settings.elasticsearchUrl === undefined ? bareDuckdb : bareElasticsearch;
const asker = await (order.bare ? open() : ours());
const milliseconds: Record<string, readonly number[]> = {};
for (const [kind, asked] of Object.entries(questions)) milliseconds[kind] = await durations(asked);
await asker.close();
const figures: SearchFigures = { milliseconds, peakMegabytes: process.resourceUsage().maxRSS / 1024 };
process.stdout.write(JSON.stringify(figures), () => process.exit());

async function durations(asked: readonly Question[]): Promise<readonly number[]> {
  const taken: number[] = [];
  const began = performance.now();
  for (const [index, queries] of asked.entries()) {
    const started = performance.now();
    for (const query of queries) await asker.ask(query);
    if (index >= WARM_UP) taken.push(performance.now() - started);
    if (taken.length >= FEWEST && performance.now() - began > LONGEST_MS) break;
  }
  return taken;
}

/** From the parameters to the text of the answer. */
async function ours(): Promise<Asker> {
  const engine = await openSearchEngine(settings);
  const reader = searchReader(engine, answerCache({ sizeBytes: 0 }));
  return {
    async ask(query) {
      const asking = { viewer: anonymous, now: new Date(until) };
      const answer = await superSearch(reader, new URLSearchParams(query), asking);
      if (!("total" in answer) || answer.total === 0 || answer.errors.length > 0)
        throw new Error(`"${query}" finds nothing, or not everything, so its duration says nothing.`);
      JSON.stringify(answer);
    },
    close: () => engine.close(),
  };
}

async function bareElasticsearch(): Promise<Asker> {
  const engine = await openSearchEngine(settings);
  const bodies = new Map<string, { readonly path: string; readonly body: string }>();
  for (const query of everyQuery()) {
    const { query: body, indices = [] } = engine.explain(planOf(query));
    bodies.set(query, { path: `${indices.join(",")}/_search`, body: JSON.stringify(body) });
  }
  await engine.close();
  return {
    async ask(query) {
      const { path = "", body = "" } = bodies.get(query) ?? {};
      const answer = await fetch(`${settings.elasticsearchUrl ?? ""}/${path}`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body,
      });
      const text = await answer.text();
      if (!answer.ok) throw new Error(text);
    },
    close: () => Promise.resolve(),
  };
}

interface Statement {
  readonly sql: string;
  readonly parameters: readonly string[];
}

async function bareDuckdb(): Promise<Asker> {
  const engine = await openSearchEngine(settings);
  const statements = new Map<string, readonly Statement[]>();
  for (const query of everyQuery()) {
    const plan = planOf(query);
    const { counts, crashes } = engine.explain(plan).query as unknown as Record<
      "counts" | "crashes",
      Statement
    >;
    statements.set(query, plan.limit === 0 ? [counts] : [counts, crashes]);
  }
  await engine.close();
  const instance = await DuckDBInstance.create(join(settings.dataDirectory, "search.duckdb"), {
    memory_limit: "1GB",
    preserve_insertion_order: "false",
  });
  const connections = [await instance.connect(), await instance.connect()] as const;
  return {
    async ask(query) {
      const [counts, crashes] = statements.get(query) ?? [];
      const [one, other] = connections;
      await Promise.all([
        counts && one.runAndReadAll(counts.sql, [...counts.parameters]),
        crashes && other.runAndReadAll(crashes.sql, [...crashes.parameters]),
      ]);
    },
    close: () => Promise.resolve(),
  };
}

function everyQuery(): readonly string[] {
  return Object.values(questions).flat(2);
}

function planOf(query: string) {
  const options = { now: new Date(until), viewer: anonymous, mode: "public" } as const;
  return parseSearch(parametersOf(new URLSearchParams(query)), options).plan;
}
