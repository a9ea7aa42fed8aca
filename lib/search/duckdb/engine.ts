import { DuckDBInstance, type DuckDBConnection } from "@duckdb/node-api";
import { BadArgument, BadSetting, isAppError, SearchUnavailable, type AppError } from "#lib/core/errors";
import type { Json } from "#lib/core/json";
import type { SearchEngine } from "#lib/search/engine";
import type { SearchPlan } from "#lib/search/plan/plan";
import type { SearchResult } from "#lib/search/result";
import { crashesSql, countsSql, readCounts, readHits, scanSql } from "./query";
import { prepareTable, removeDocuments, replaceDocuments, TABLE } from "./table";

export interface DuckdbOptions {
  /** The database file, made when it is not there; `:memory:` keeps nothing. */
  readonly path: string;
  /** Most memory the engine uses before it writes to disk, such as `1GB`. */
  readonly memoryLimit?: string;
}

/**
 * The embedded search engine: one columnar table in one DuckDB file. Searches and writes go on at the
 * same time; writes are one after the other. Throws BadSetting when another process has the file.
 */
export async function openDuckdbEngine({ path, memoryLimit = "1GB" }: DuckdbOptions): Promise<SearchEngine> {
  const instance = await openInstance(path, memoryLimit);
  const writer = await instance.connect();
  const columns = await prepareTable(writer);
  let lastWrite: Promise<unknown> = Promise.resolve();

  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = lastWrite.then(() => work().catch(refuseWrite));
    lastWrite = turn.catch(() => undefined);
    return turn;
  };
  const reading = async <T>(
    work: (connection: DuckDBConnection) => Promise<T>,
    signal?: AbortSignal,
  ): Promise<T> => {
    signal?.throwIfAborted();
    const connection = await instance.connect();
    const interrupt = () => connection.interrupt();
    signal?.addEventListener("abort", interrupt, { once: true });
    try {
      signal?.throwIfAborted();
      const answer = await work(connection);
      signal?.throwIfAborted();
      return answer;
    } catch (cause) {
      signal?.throwIfAborted();
      throw searchError(cause);
    } finally {
      signal?.removeEventListener("abort", interrupt);
      connection.closeSync();
    }
  };

  return {
    name: "duckdb",
    search: async (plan, signal) => {
      const [counts, hits] = await Promise.all([
        reading(async (connection) => readCounts(await run(connection, countsSql(plan)), plan), signal),
        plan.limit === 0
          ? []
          : reading(async (connection) => readHits(await run(connection, crashesSql(plan)), plan), signal),
      ]);
      return { hits, ...counts, errors: [] };
    },
    scan: (plan, signal) => scan(instance, plan, signal),
    explain: (plan) => explain(plan),
    index: (documents) =>
      documents.length === 0 ? Promise.resolve() : inTurn(() => replaceDocuments(writer, columns, documents)),
    remove: (ids) => (ids.length === 0 ? Promise.resolve() : inTurn(() => removeDocuments(writer, ids))),
    count: () =>
      reading(async (connection) => {
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
async function* scan(
  instance: DuckDBInstance,
  plan: SearchPlan,
  signal?: AbortSignal,
): AsyncGenerator<SearchResult["hits"]> {
  signal?.throwIfAborted();
  const connection = await instance.connect();
  const interrupt = () => connection.interrupt();
  signal?.addEventListener("abort", interrupt, { once: true });
  try {
    signal?.throwIfAborted();
    const { sql, parameters } = scanSql(plan);
    const rows = await connection.stream(sql, [...parameters]);
    for await (const batch of rows.yieldRowsJs()) {
      signal?.throwIfAborted();
      yield readHits(batch, plan);
    }
    signal?.throwIfAborted();
  } catch (cause) {
    signal?.throwIfAborted();
    throw searchError(cause);
  } finally {
    signal?.removeEventListener("abort", interrupt);
    connection.closeSync();
  }
}

function explain(plan: SearchPlan): { readonly query: Json } {
  const [counts, crashes] = [countsSql(plan), crashesSql(plan)];
  return { query: { counts: { ...counts }, crashes: { ...crashes } } };
}

async function openInstance(path: string, memoryLimit: string): Promise<DuckDBInstance> {
  try {
    return await DuckDBInstance.create(path, {
      memory_limit: memoryLimit,
      preserve_insertion_order: "false",
    });
  } catch (cause) {
    const owner =
      cause instanceof Error
        ? /Conflicting lock is held.*\(PID (\d+)\)/s.exec(cause.message)?.[1]
        : undefined;
    if (owner === undefined) throw cause;
    throw new BadSetting(
      `CRASHSTATS_DATA_DIR: ${path} is in use by process ${owner}. Stop that server or choose another folder.`,
      { cause },
    );
  }
}

/** The contract's error for one of the engine's. */
function searchError(cause: unknown): AppError {
  if (isAppError(cause)) return cause;
  const badInput =
    cause instanceof Error ? /^Invalid Input Error: (.*)$/s.exec(cause.message)?.[1] : undefined;
  return badInput === undefined
    ? new SearchUnavailable("The search index cannot answer now. Try again in a moment.", { cause })
    : new BadArgument(`Bad value for parameter(s) 'Malformed supersearch query: ${badInput}'`, { cause });
}

function refuseWrite(cause: unknown): never {
  throw new SearchUnavailable("The search index cannot be written now. Try again in a moment.", { cause });
}
