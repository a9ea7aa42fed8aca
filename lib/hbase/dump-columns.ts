import { MAIN_DUMP } from "#lib/core/crash";
import { StorageCorrupt, StorageUnavailable } from "#lib/core/errors";
import { isJsonArray } from "#lib/core/json";
import type { HBaseClient, Mutation, Row } from "./hbase-client";
import { parsedObject } from "./parsed-object";
import { reportKey } from "./row-keys";

/**
 * The columns that hold each dump of a crash, one after the other. The row has this list in a column of its own, written
 * with the raw crash at once: HBase sets the values of one call together but deletes apart, so only what is listed counts.
 */
export type DumpColumns = ReadonlyMap<string, readonly string[]>;

export const DUMPS_COLUMN = "meta_data:dumps";

/** The one column of a dump that is not cut in parts; Socorro knows it by the same name. */
export function dumpColumn(name: string): string {
  return `raw_data:${name === MAIN_DUMP ? "dump" : name}`;
}

export function dumpsMutation(dumps: DumpColumns): Mutation {
  return [DUMPS_COLUMN, JSON.stringify(Object.fromEntries(dumps))];
}

/** What a raw crash says of its dumps. */
interface ListOfDumps {
  readonly columns: DumpColumns;
  /** What it was read from: key and time. */
  readonly row: Row;
}

/** Null when there is no such raw crash. */
export async function getDumpColumns(client: HBaseClient, ooid: string): Promise<ListOfDumps | null> {
  const key = reportKey(ooid);
  const row = await client.getRowWithColumns("crash_reports", key, ["timestamps:submitted", DUMPS_COLUMN]);
  if (!row?.columns.has("timestamps:submitted")) return null;
  const listed = listedDumps(ooid, row);
  if (listed) return { columns: listed, row };
  const dumps = await client.getRowWithColumns("crash_reports", key, ["raw_data"]);
  const names = [...(dumps?.columns.keys() ?? [])];
  return { columns: new Map(names.map((column) => [nameOf(column), [column]])), row };
}

/** Null when the row has no list: Socorro wrote it, and every column is a dump. */
export function listedDumps(ooid: string, { columns }: Row): DumpColumns | null {
  const listed = columns.get(DUMPS_COLUMN);
  if (!listed) return null;
  const value = parsedObject(listed.toString());
  if (!value) throw new StorageCorrupt(`The list of dumps of ${ooid} is not one.`);
  return new Map(
    Object.entries(value).map(([name, parts]) => {
      if (isJsonArray(parts) && parts.every((part) => typeof part === "string")) return [name, parts];
      throw new StorageCorrupt(`The list of dumps of ${ooid} is not one of columns.`);
    }),
  );
}

function nameOf(column: string): string {
  return column === dumpColumn(MAIN_DUMP) ? MAIN_DUMP : column.slice("raw_data:".length);
}

/** A dump was replaced or removed while it was read; what is listed now can be read. */
export class DumpReplaced extends StorageUnavailable {}

/** The bytes of a dump, column by column. Throws DumpReplaced when the crash is replaced or removed meanwhile. */
export async function* dumpBytes(
  client: HBaseClient,
  ooid: string,
  columns: readonly string[],
): AsyncGenerator<Buffer, void> {
  for (const column of columns) {
    const part = await client.get("crash_reports", reportKey(ooid), column);
    if (part === null)
      throw new DumpReplaced(`HBase ${client.name}: ${ooid} was changed while its dump was read.`);
    yield part;
  }
}
