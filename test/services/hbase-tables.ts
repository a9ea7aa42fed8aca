/** An answer with one of HBase's exceptions. */
export class HBaseFault extends Error {
  override readonly name = "HBaseFault";
  constructor(
    readonly kind: "IOError" | "IllegalArgument" | "AlreadyExists",
    message: string,
  ) {
    super(message);
  }
}

export interface Cell {
  readonly value: Buffer;
  /** Milliseconds since 1970. */
  readonly timestamp: number;
}

/** Values by `family:qualifier`. */
export type Columns = ReadonlyMap<string, Cell>;

export interface Change {
  readonly isDelete: boolean;
  readonly column: string;
  readonly value: Buffer;
}

/** Rows in the order of the bytes of their keys, as HBase keeps them, in memory. Keys are text of one byte a character. */
export interface HBaseTable {
  readonly families: ReadonlySet<string>;
  read(key: string, columns?: readonly string[]): Columns;
  /** Deletes, then sets, as HBase does. */
  change(key: string, changes: readonly Change[], timestamp?: number): void;
  increment(key: string, column: string, by: bigint): bigint;
  deleteRow(key: string): void;
  /** The first key from `start` on. */
  keyFrom(start: string): string | undefined;
}

const LARGEST_CELL_BYTES = 10 * 1024 * 1024;
const LONGEST_KEY_BYTES = 32_767;

export function hbaseTable(families: ReadonlySet<string>): HBaseTable {
  const rows = new Map<string, Map<string, Cell>>();
  const keys: string[] = [];

  const place = (key: string) => {
    let [low, high] = [0, keys.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((keys[middle] ?? "") < key) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  const deleteRow = (key: string) => {
    if (rows.delete(key)) keys.splice(place(key), 1);
  };
  const rowToChange = (key: string) => {
    if (key === "" || key.length > LONGEST_KEY_BYTES)
      throw new HBaseFault("IllegalArgument", `Row length ${key.length} is 0 or > ${LONGEST_KEY_BYTES}`);
    const found = rows.get(key);
    if (found) return found;
    const added = new Map<string, Cell>();
    rows.set(key, added);
    keys.splice(place(key), 0, key);
    return added;
  };
  const refuseColumn = (column: string) => {
    const [family = ""] = column.split(":", 1);
    if (!families.has(family))
      throw new HBaseFault("IOError", `NoSuchColumnFamilyException: Column family ${family} does not exist`);
  };

  return {
    families,
    read(key, wanted) {
      for (const column of wanted ?? []) refuseColumn(column);
      const columns = [...(rows.get(key) ?? [])].filter(
        ([column]) => wanted?.some((one) => one === column || one === column.split(":", 1)[0]) ?? true,
      );
      return new Map(columns.sort(([one], [other]) => (one < other ? -1 : 1)));
    },
    change(key, changes, timestamp) {
      for (const { column, value } of changes) {
        refuseColumn(column);
        if (value.length > LARGEST_CELL_BYTES)
          throw new HBaseFault("IllegalArgument", "KeyValue size too large");
      }
      const row = rowToChange(key);
      for (const { column } of changes.filter(({ isDelete }) => isDelete))
        if ((row.get(column)?.timestamp ?? 0) <= (timestamp ?? Infinity)) row.delete(column);
      for (const { column, value } of changes.filter(({ isDelete }) => !isDelete))
        row.set(column, { value, timestamp: timestamp ?? Date.now() });
      if (row.size === 0) deleteRow(key);
    },
    increment(key, column, by) {
      refuseColumn(column);
      const row = rowToChange(key);
      const before = row.get(column)?.value ?? Buffer.alloc(8);
      if (before.length !== 8) throw new HBaseFault("IOError", "DoNotRetryIOException: Field is not a long");
      const value = Buffer.alloc(8);
      value.writeBigInt64BE(before.readBigInt64BE() + by);
      row.set(column, { value, timestamp: Date.now() });
      return value.readBigInt64BE();
    },
    deleteRow,
    keyFrom: (start) => keys[place(start)],
  };
}
