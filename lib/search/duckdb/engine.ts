import type { DuckDBConnection } from "@duckdb/node-api";
import { SearchUnavailable } from "#lib/core/errors";
import type { Json } from "#lib/core/json";
import type { SearchEngine } from "#lib/search/engine";
import { LIMITS } from "#lib/search/plan/limits";
import type { SearchPlan } from "#lib/search/plan/plan";
import type { SearchResult } from "#lib/search/result";
import { openInstance } from "./instance";
import { crashesSql, countsSql, readCounts, readHits, scanSql } from "./query";
import { openReading } from "./reading";
import { expireDocuments, prepareTable, removeDocuments, replaceDocuments, TABLE } from "./table";

export interface DuckdbOptions {
  /** The database file, made when it is not there; `:memory:` keeps nothing. */
  readonly path: string;
  /** Most memory the engine uses before it writes to disk, such as `1GB`. */
  readonly memoryLimit?: string;
  /** Longest time for a statement of a search; 30 unless given. */
  readonly timeoutSeconds?: number;
}

/**
 * The embedded search engine: one columnar table in one DuckDB file. Searches and writes go on at the
 * same time; writes are one after the other. Throws BadSetting when another process has the file.
 */
export async function openDuckdbEngine(options: DuckdbOptions): Promise<SearchEngine> {
  const { path, memoryLimit = "1GB", timeoutSeconds = LIMITS.searchSeconds } = options;
  const instance = await openInstance(path, memoryLimit);
  const writer = await instance.connect();
  const columns = await prepareTable(writer);
  let lastWrite: Promise<unknown> = Promise.resolve();

  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = lastWrite.then(() => work().catch(refuseWrite));
    lastWrite = turn.catch(() => undefined);
    return turn;
  };
  const reading = openReading(instance, timeoutSeconds);

  return {
    name: "duckdb",
    search: async (plan, signal) => {
      const [counts, hits] = await Promise.all([
        reading.read(async (connection) => readCounts(await run(connection, countsSql(plan)), plan), signal),
        plan.limit === 0
          ? []
          : reading.read(
              async (connection) => readHits(await run(connection, crashesSql(plan)), plan),
              signal,
            ),
      ]);
      return { hits, ...counts, errors: [] };
    },
    scan: (plan, signal) => reading.stream((connection) => scan(connection, plan), signal),
    explain: (plan) => explain(plan),
    index: (documents) =>
      documents.length === 0 ? Promise.resolve() : inTurn(() => replaceDocuments(writer, columns, documents)),
    remove: (ids) => (ids.length === 0 ? Promise.resolve() : inTurn(() => removeDocuments(writer, ids))),
    expire: (before, options) => inTurn(() => expireDocuments(writer, before, options)),
    count: () =>
      reading.readAtOnce(async (connection) => {
        const [row] = await run(connection, { sql: `SELECT count(*) FROM ${TABLE}`, parameters: [] });
        return Number(row?.[0]);
      }),
    async close() {
      await lastWrite;
      writer.closeSync();
      instance.closeSync();
    },
  };
}

interface Query {
  readonly sql: string;
  readonly parameters: readonly string[];
}

async function run(connection: DuckDBConnection, { sql, parameters }: Query) {
  const reader = await connection.runAndReadAll(sql, [...parameters]);
  return reader.getRowsJS();
}

/** One statement, and so one moment: what is written meanwhile is not seen. The engine sorts on disk what memory does not hold. */
async function scan(
  connection: DuckDBConnection,
  plan: SearchPlan,
): Promise<AsyncIterable<SearchResult["hits"]>> {
  const { sql, parameters } = scanSql(plan);
  const rows = await connection.stream(sql, [...parameters]);
  return (async function* () {
    for await (const batch of rows.yieldRowsJs()) yield readHits(batch, plan);
  })();
}

function explain(plan: SearchPlan): { readonly query: Json } {
  const [counts, crashes] = [countsSql(plan), crashesSql(plan)];
  return { query: { counts: { ...counts }, crashes: { ...crashes } } };
}

function refuseWrite(cause: unknown): never {
  throw new SearchUnavailable("The search index cannot be written now. Try again in a moment.", { cause });
}
