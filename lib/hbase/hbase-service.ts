import {
  bool,
  bytes,
  i32,
  i64,
  listOf,
  mapOf,
  structOf,
  text,
  type StructOf,
  type Wire,
} from "./thrift-codec";

// The subset of HBase's service that hbase.thrift describes. `attributes` is left out: it is never sent.

/** A call: its name on the wire, its arguments, and what comes back; null for nothing. */
export interface Method<Arguments, Result> {
  readonly name: string;
  readonly arguments: Wire<Arguments>;
  readonly result: Wire<Result> | null;
}

type Fields = Parameters<typeof structOf>[0];

function method<F extends Fields, Result>(
  name: string,
  fields: F,
  result: Wire<Result>,
): Method<Required<StructOf<F>>, Result> {
  return { name, arguments: structOf(fields) as Wire<Required<StructOf<F>>>, result };
}

function procedure<F extends Fields>(name: string, fields: F): Method<Required<StructOf<F>>, undefined> {
  return { name, arguments: structOf(fields) as Wire<Required<StructOf<F>>>, result: null };
}

const cell = structOf({ value: [1, bytes], timestamp: [2, i64] });
const mutation = structOf({ isDelete: [1, bool], column: [2, text], value: [3, bytes] });
const columnDescriptor = structOf({ name: [1, text], maxVersions: [2, i32], compression: [3, text] });
const rowResult = structOf({ row: [1, bytes], columns: [2, mapOf(cell)] });
const scan = structOf({
  startRow: [1, bytes],
  stopRow: [2, bytes],
  columns: [4, listOf(text)],
  caching: [5, i32],
});

const [tableName, row] = [
  [1, text],
  [2, bytes],
] as const;

export const HBASE = {
  getTableNames: method("getTableNames", {}, listOf(text)),
  getColumnDescriptors: method("getColumnDescriptors", { tableName }, mapOf(columnDescriptor)),
  createTable: procedure("createTable", { tableName, columnFamilies: [2, listOf(columnDescriptor)] }),
  get: method("get", { tableName, row, column: [3, text] }, listOf(cell)),
  getRow: method("getRow", { tableName, row }, listOf(rowResult)),
  getRowWithColumns: method(
    "getRowWithColumns",
    { tableName, row, columns: [3, listOf(text)] },
    listOf(rowResult),
  ),
  mutateRow: procedure("mutateRow", { tableName, row, mutations: [3, listOf(mutation)] }),
  mutateRowTs: procedure("mutateRowTs", {
    tableName,
    row,
    mutations: [3, listOf(mutation)],
    timestamp: [4, i64],
  }),
  atomicIncrement: method("atomicIncrement", { tableName, row, column: [3, text], value: [4, i64] }, i64),
  deleteAllRow: procedure("deleteAllRow", { tableName, row }),
  scannerOpenWithScan: method("scannerOpenWithScan", { tableName, scan: [2, scan] }, i32),
  scannerGetList: method("scannerGetList", { id: [1, i32], nbRows: [2, i32] }, listOf(rowResult)),
  scannerClose: procedure("scannerClose", { id: [1, i32] }),
} as const;
