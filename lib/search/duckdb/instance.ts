import { DuckDBInstance } from "@duckdb/node-api";
import { BadSetting } from "#lib/core/errors";

/** Opens a database file, which no other process can open then. Throws BadSetting when one has it. */
export async function openInstance(path: string, memoryLimit: string): Promise<DuckDBInstance> {
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
