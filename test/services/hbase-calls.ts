import { Thrift, type TProtocol } from "thrift";
import { HBaseFault, hbaseTable, type Change, type Columns, type HBaseTable } from "./hbase-tables";
import { binaries, binary, bool, i32, i64, struct, structs, type Struct } from "./thrift-values";

/** A position in a table from which rows are handed out. */
export interface Scanner {
  readonly table: HBaseTable;
  readonly stop: string | undefined;
  readonly columns: readonly string[] | undefined;
  next: string;
}

/** What a server has. */
export interface HBaseState {
  readonly tables: Map<string, HBaseTable>;
  readonly scanners: Map<number, Scanner>;
}

/** Writes the result of a call as field 0; null for none. */
type Answer = ((to: TProtocol) => void) | null;

/** Carries out a call. Throws HBaseFault, or any other error for a call that the service does not have. */
export function carryOut(method: string, args: Struct, state: HBaseState): Answer {
  const call = CALLS[method];
  if (!call) throw new Error(`Invalid method name: '${method}'`);
  return call(args, state);
}

// Keys are text of one byte a character, so that they sort as bytes do.
const keyOf = (args: Struct, id: number) => binary(args, id).toString("latin1");
const texts = (args: Struct, id: number) => binaries(args, id).map((item) => item.toString());

function tableOf(args: Struct, { tables }: HBaseState): HBaseTable {
  const name = binary(args, 1).toString();
  const table = tables.get(name);
  if (!table) throw new HBaseFault("IOError", `org.apache.hadoop.hbase.TableNotFoundException: ${name}`);
  return table;
}

function scannerOf(args: Struct, { scanners }: HBaseState): Scanner {
  const scanner = scanners.get(i32(args, 1));
  if (!scanner) throw new HBaseFault("IllegalArgument", "scanner ID is invalid");
  return scanner;
}

function changes(args: Struct): readonly Change[] {
  return structs(args, 3).map((mutation) => {
    const isDelete = bool(mutation, 1);
    const value = isDelete ? Buffer.alloc(0) : binary(mutation, 3);
    return { isDelete, column: binary(mutation, 2).toString(), value };
  });
}

let lastScanner = 0;

const CALLS: Readonly<Record<string, (args: Struct, state: HBaseState) => Answer>> = {
  getTableNames:
    (_, { tables }) =>
    (to) => {
      listBegin(to, Thrift.Type.STRING, tables.size);
      for (const name of tables.keys()) to.writeString(name);
    },
  getColumnDescriptors(args, state) {
    const { families } = tableOf(args, state);
    return (to) => {
      to.writeFieldBegin("success", Thrift.Type.MAP, 0);
      to.writeMapBegin(Thrift.Type.STRING, Thrift.Type.STRUCT, families.size);
      for (const family of families) {
        to.writeString(`${family}:`);
        to.writeFieldBegin("name", Thrift.Type.STRING, 1);
        to.writeString(`${family}:`);
        to.writeFieldStop();
      }
    };
  },
  createTable(args, { tables }) {
    const name = binary(args, 1).toString();
    if (tables.has(name)) throw new HBaseFault("AlreadyExists", "table name already in use");
    const families = structs(args, 2).map((family) => binary(family, 1).toString());
    if (families.some((family) => !family.endsWith(":")))
      throw new HBaseFault("IllegalArgument", "column name is missing a ':'");
    tables.set(name, hbaseTable(new Set(families.map((family) => family.slice(0, -1)))));
    return null;
  },
  get(args, state) {
    const column = binary(args, 3).toString();
    const cell = tableOf(args, state).read(keyOf(args, 2), [column]).get(column);
    return (to) => {
      listBegin(to, Thrift.Type.STRUCT, cell ? 1 : 0);
      if (cell) writeCell(to, cell);
    };
  },
  getRow(args, state) {
    const key = keyOf(args, 2);
    return rowsAnswer([[key, tableOf(args, state).read(key)]]);
  },
  getRowWithColumns(args, state) {
    const key = keyOf(args, 2);
    return rowsAnswer([[key, tableOf(args, state).read(key, texts(args, 3))]]);
  },
  mutateRow(args, state) {
    tableOf(args, state).change(keyOf(args, 2), changes(args));
    return null;
  },
  mutateRowTs(args, state) {
    tableOf(args, state).change(keyOf(args, 2), changes(args), Number(i64(args, 4)));
    return null;
  },
  atomicIncrement(args, state) {
    const value = tableOf(args, state).increment(keyOf(args, 2), binary(args, 3).toString(), i64(args, 4));
    return (to) => {
      to.writeFieldBegin("success", Thrift.Type.I64, 0);
      to.writeI64(Number(value));
    };
  },
  deleteAllRow(args, state) {
    tableOf(args, state).deleteRow(keyOf(args, 2));
    return null;
  },
  scannerOpenWithScan(args, state) {
    const scan = struct(args, 2);
    lastScanner += 1;
    const id = lastScanner;
    state.scanners.set(id, {
      table: tableOf(args, state),
      next: scan.has(1) ? keyOf(scan, 1) : "",
      stop: scan.has(2) ? keyOf(scan, 2) : undefined,
      columns: scan.has(4) ? texts(scan, 4) : undefined,
    });
    return (to) => {
      to.writeFieldBegin("success", Thrift.Type.I32, 0);
      to.writeI32(id);
    };
  },
  scannerGetList(args, state) {
    const scanner = scannerOf(args, state);
    const rows: (readonly [string, Columns])[] = [];
    while (rows.length < i32(args, 2)) {
      const key = scanner.table.keyFrom(scanner.next);
      if (key === undefined || (scanner.stop !== undefined && key >= scanner.stop)) break;
      const columns = scanner.table.read(key, scanner.columns);
      if (columns.size > 0) rows.push([key, columns]);
      scanner.next = `${key}\0`;
    }
    return rowsAnswer(rows);
  },
  scannerClose(args, state) {
    scannerOf(args, state);
    state.scanners.delete(i32(args, 1));
    return null;
  },
};

/** Rows without a column that was asked for do not come at all. */
function rowsAnswer(rows: readonly (readonly [string, Columns])[]): Answer {
  const found = rows.filter(([, columns]) => columns.size > 0);
  return (to) => {
    listBegin(to, Thrift.Type.STRUCT, found.length);
    for (const [key, columns] of found) {
      to.writeFieldBegin("row", Thrift.Type.STRING, 1);
      to.writeBinary(Buffer.from(key, "latin1"));
      to.writeFieldBegin("columns", Thrift.Type.MAP, 2);
      to.writeMapBegin(Thrift.Type.STRING, Thrift.Type.STRUCT, columns.size);
      for (const [column, cell] of columns) {
        to.writeString(column);
        writeCell(to, cell);
      }
      to.writeFieldStop();
    }
  };
}

function listBegin(to: TProtocol, type: Thrift.Type, size: number): void {
  to.writeFieldBegin("success", Thrift.Type.LIST, 0);
  to.writeListBegin(type, size);
}

function writeCell(
  to: TProtocol,
  { value, timestamp }: { readonly value: Buffer; readonly timestamp: number },
): void {
  to.writeFieldBegin("value", Thrift.Type.STRING, 1);
  to.writeBinary(value);
  to.writeFieldBegin("timestamp", Thrift.Type.I64, 2);
  to.writeI64(timestamp);
  to.writeFieldStop();
}
