import { AppError } from "#lib/core/errors";
import type { Connection, Row } from "./connection";

/** A query did not give exactly one value: not one row, or not one column. */
export class SqlDidNotReturnSingleValue extends AppError {
  override readonly name = "SQLDidNotReturnSingleValue";
  readonly code = "sql_did_not_return_single_value";
  readonly status = 500;
}

/** A query did not give exactly one row. */
export class SqlDidNotReturnSingleRow extends AppError {
  override readonly name = "SQLDidNotReturnSingleRow";
  readonly code = "sql_did_not_return_single_row";
  readonly status = 500;
}

/** Rows that are in memory at a time while a result is iterated over. */
const FETCHED_ROWS = 100;

/** The one value that a query gives. Throws SqlDidNotReturnSingleValue. */
export async function singleValueSql(
  connection: Connection,
  sql: string,
  values: readonly unknown[] = [],
): Promise<unknown> {
  const rows = await connection.query(sql, values);
  const found = rows.flatMap((row) => Object.values(row));
  if (rows.length !== 1 || found.length !== 1)
    throw new SqlDidNotReturnSingleValue(`${rows.length} rows and ${found.length} values came from: ${sql}`);
  return found[0];
}

/** The one row that a query gives. Throws SqlDidNotReturnSingleRow. */
export async function singleRowSql(
  connection: Connection,
  sql: string,
  values: readonly unknown[] = [],
): Promise<Row> {
  const [row, ...others] = await connection.query(sql, values);
  if (row === undefined || others.length > 0)
    throw new SqlDidNotReturnSingleRow(`${row ? others.length + 1 : 0} rows came from: ${sql}`);
  return row;
}

/** All rows that a query gives. */
export function executeQueryFetchall(
  connection: Connection,
  sql: string,
  values: readonly unknown[] = [],
): Promise<readonly Row[]> {
  return connection.query(sql, values);
}

/** The rows that a query gives, some at a time, by a cursor of the server. Only inside of a transaction. */
export async function* executeQueryIter(
  connection: Connection,
  sql: string,
  values: readonly unknown[] = [],
): AsyncGenerator<Row, void> {
  const cursor = `"${crypto.randomUUID()}"`;
  await connection.query(`DECLARE ${cursor} NO SCROLL CURSOR FOR ${sql}`, values);
  try {
    for (;;) {
      const rows = await connection.query(`FETCH ${FETCHED_ROWS} FROM ${cursor}`);
      yield* rows;
      if (rows.length < FETCHED_ROWS) return;
    }
  } finally {
    // After a failure the transaction takes no more statements, and the cursor goes with it.
    await connection.query(`CLOSE ${cursor}`).catch(() => undefined);
  }
}

/** Runs a statement whose result, if it has any, does not matter. */
export async function executeNoResults(
  connection: Connection,
  sql: string,
  values: readonly unknown[] = [],
): Promise<void> {
  await connection.query(sql, values);
}
