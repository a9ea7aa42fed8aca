import { hasCode, StorageRefused, StorageUnavailable } from "#lib/core/errors";
import { limitedBackoffExecutor } from "#lib/transaction/executor";
import { connectionPool } from "./connection-pool";
import { HBASE, type Method } from "./hbase-service";
import { ServerException, TransportFailed, type ThriftAddress } from "./thrift-connection";

export interface HBaseOptions extends ThriftAddress {
  /** How long to wait before a call that got no answer is made once more, over a new connection. */
  readonly retryDelaySeconds: number;
}

/** The bytes of a row's key, or text for them in UTF-8. */
export type RowKey = string | Buffer;

/** A row as read: its values by `family:qualifier`. */
export interface Row {
  readonly key: Buffer;
  readonly columns: ReadonlyMap<string, Buffer>;
  /** When the newest of these values was set, in milliseconds since 1970 by the clock of HBase. */
  readonly timestamp: number;
}

/** What is done to one column of a row: it gets a value, or null takes it away. */
export type Mutation = readonly [column: string, value: string | Buffer | null];

export interface ScannedRows {
  readonly table: string;
  /** What keys begin with; empty for all rows. */
  readonly prefix: string;
  /** Families, or `family:qualifier`. */
  readonly columns: readonly string[];
}

/**
 * HBase through its Thrift server. Calls that get no answer, or the answer that HBase cannot do it now, are made once
 * more; then they throw StorageUnavailable. What HBase refuses (a table that is not there, a wrong argument) is
 * StorageRefused. Both messages name the server, the call, the table and the row.
 */
export interface HBaseClient {
  /** `host:port` */
  readonly name: string;
  getTableNames(): Promise<readonly string[]>;
  /** The names of a table's families. */
  describeTable(table: string): Promise<readonly string[]>;
  /** Each family keeps the newest value alone. */
  createTable(table: string, families: readonly string[]): Promise<void>;
  get(table: string, row: RowKey, column: string): Promise<Buffer | null>;
  /** Null when there is no such row. */
  getRow(table: string, row: RowKey): Promise<Row | null>;
  /** Null when there is no such row, or none of these columns in it. */
  getRowWithColumns(table: string, row: RowKey, columns: readonly string[]): Promise<Row | null>;
  /** All values of one call become visible at once. HBase deletes in a step before, so a call does one or the other. */
  mutateRow(table: string, row: RowKey, mutations: readonly Mutation[]): Promise<void>;
  /** Deletes columns whose values are not newer than a row that was read. */
  deleteColumns(
    table: string,
    row: Pick<Row, "key" | "timestamp">,
    columns: readonly string[],
  ): Promise<void>;
  /** Adds to a counter and gives its new value. A call whose answer is lost counts twice. */
  atomicIncrement(table: string, row: RowKey, column: string, by: number): Promise<number>;
  deleteAllRow(table: string, row: RowKey): Promise<void>;
  /** Rows in the order of their keys. Goes on behind the last row when the server forgot the scan or was restarted. */
  scan(rows: ScannedRows): AsyncGenerator<Row, void>;
  close(): void;
}

/** Rows that are fetched at once while scanning: few, since a row may hold dumps. */
const ROWS_PER_CALL = 10;

/** Nothing is connected before the first call. */
export function hbaseClient({ retryDelaySeconds, ...address }: HBaseOptions): HBaseClient {
  const name = `${address.host}:${address.port}`;
  const pool = connectionPool(address);
  const execute = limitedBackoffExecutor({ delaysSeconds: [retryDelaySeconds] });

  /** Makes a call once; `where` is for the message of an error. */
  const callOnce = <A, R>(method: Method<A, R>, args: A, where: string): Promise<R> =>
    translating(`HBase ${name}, ${method.name}${where}`, () =>
      pool.use((connection) => connection.call(method, args)),
    );
  const call = <A, R>(method: Method<A, R>, args: A, where: string) =>
    execute(() => callOnce(method, args, where));
  const onRow = (tableName: string, key: RowKey) => ({ tableName, row: bytesOf(key) });

  return {
    name,
    getTableNames: () => call(HBASE.getTableNames, {}, ""),
    async describeTable(tableName) {
      const families = await call(HBASE.getColumnDescriptors, { tableName }, ` ${tableName}`);
      return [...families.keys()].map((family) => family.replace(/:$/, ""));
    },
    createTable: (tableName, families) =>
      call(
        HBASE.createTable,
        { tableName, columnFamilies: families.map((family) => ({ name: `${family}:`, maxVersions: 1 })) },
        ` ${tableName}`,
      ),
    async get(table, row, column) {
      const [cell] = await call(HBASE.get, { ...onRow(table, row), column }, at(table, row));
      return cell?.value ?? null;
    },
    async getRow(table, row) {
      const [found] = await call(HBASE.getRow, onRow(table, row), at(table, row));
      return found ? rowOf(found) : null;
    },
    async getRowWithColumns(table, row, columns) {
      const [found] = await call(HBASE.getRowWithColumns, { ...onRow(table, row), columns }, at(table, row));
      return found ? rowOf(found) : null;
    },
    mutateRow: (table, row, mutations) =>
      call(HBASE.mutateRow, { ...onRow(table, row), mutations: mutations.map(wireMutation) }, at(table, row)),
    deleteColumns: (table, { key, timestamp }, columns) =>
      call(
        HBASE.mutateRowTs,
        { ...onRow(table, key), timestamp, mutations: columns.map((column) => wireMutation([column, null])) },
        at(table, key),
      ),
    atomicIncrement: (table, row, column, value) =>
      call(HBASE.atomicIncrement, { ...onRow(table, row), column, value }, at(table, row)),
    deleteAllRow: (table, row) => call(HBASE.deleteAllRow, onRow(table, row), at(table, row)),
    scan: (rows) => scan(rows, { callOnce, execute }),
    close: () => pool.close(),
  };
}

interface Calls {
  readonly callOnce: <A, R>(method: Method<A, R>, args: A, where: string) => Promise<R>;
  readonly execute: <T>(transaction: () => Promise<T>) => Promise<T>;
}

/**
 * A call for more rows whose answer is lost has moved the scanner on, so it is never made again: a new scanner is opened
 * behind the last row that came.
 */
async function* scan(
  { table, prefix, columns }: ScannedRows,
  { callOnce, execute }: Calls,
): AsyncGenerator<Row, void> {
  const where = ` ${table} ${prefix}…`;
  const stopRow = keyAfterPrefix(Buffer.from(prefix));
  let startRow = Buffer.from(prefix);
  const scanner: { id: number | null } = { id: null };
  const open = () =>
    callOnce(
      HBASE.scannerOpenWithScan,
      { tableName: table, scan: { startRow, stopRow, columns, caching: ROWS_PER_CALL } },
      where,
    );
  const more = async () => {
    const wasOpen = scanner.id !== null;
    const id = scanner.id ?? (await open());
    scanner.id = null;
    try {
      const rows = await callOnce(HBASE.scannerGetList, { id, nbRows: ROWS_PER_CALL }, where);
      scanner.id = id;
      return rows;
    } catch (error) {
      // A server that was restarted does not know the scanner and calls its number an illegal argument.
      if (wasOpen && hasCode(error, "storage_refused")) return more();
      throw error;
    }
  };
  try {
    for (;;) {
      scanner.id ??= await execute(open);
      const rows = (await execute(more)).map(rowOf);
      const last = rows.at(-1);
      if (!last) return;
      startRow = Buffer.concat([last.key, Buffer.alloc(1)]);
      yield* rows;
    }
  } finally {
    // Servers close scanners that are left alone, too.
    if (scanner.id !== null)
      await callOnce(HBASE.scannerClose, { id: scanner.id }, where).catch(() => undefined);
  }
}

/** The first key behind all that begin with a prefix; undefined when there is none. */
function keyAfterPrefix(prefix: Buffer): Buffer | undefined {
  const end = prefix.findLastIndex((byte) => byte < 0xff);
  if (end < 0) return undefined;
  const after = Buffer.from(prefix.subarray(0, end + 1));
  after[end] = (after[end] ?? 0) + 1;
  return after;
}

interface WireCell {
  readonly value?: Buffer | undefined;
  readonly timestamp?: number | undefined;
}

interface WireRow {
  readonly row?: Buffer | undefined;
  readonly columns?: ReadonlyMap<string, WireCell> | undefined;
}

function rowOf({ row, columns = new Map<string, WireCell>() }: WireRow): Row {
  return {
    key: row ?? Buffer.alloc(0),
    columns: new Map([...columns].map(([column, { value }]) => [column, value ?? Buffer.alloc(0)])),
    timestamp: Math.max(0, ...[...columns.values()].map(({ timestamp }) => timestamp ?? 0)),
  };
}

function wireMutation([column, value]: Mutation) {
  return value === null ? { isDelete: true, column } : { isDelete: false, column, value: bytesOf(value) };
}

function bytesOf(value: string | Buffer): Buffer {
  return typeof value === "string" ? Buffer.from(value) : value;
}

const SHOWN_CHARACTERS = 200;

function at(table: string, row: RowKey): string {
  return ` ${table} ${row.toString().slice(0, SHOWN_CHARACTERS)}`;
}

/** HBase answers IOError for these too, though asking again is of no use. */
const REFUSALS = /TableNotFoundException|NoSuchColumnFamilyException|TableNotEnabledException/;

async function translating<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof TransportFailed)
      throw new StorageUnavailable(`${what}: ${cause.message}`, { cause });
    if (!(cause instanceof ServerException)) throw cause;
    const message = `${what}: ${cause.kind}: ${cause.message.split("\n")[0] ?? ""}`;
    throw cause.kind === "IOError" && !REFUSALS.test(cause.message)
      ? new StorageUnavailable(message, { cause })
      : new StorageRefused(message, { cause });
  }
}
