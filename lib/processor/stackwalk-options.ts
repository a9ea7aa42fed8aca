import { join, resolve } from "node:path";
import type { Config } from "#lib/config/settings";
import { symbolStoreDirectory } from "#lib/symbols/symbol-store";
import type { StackwalkOptions } from "./stackwalk";

/** The stackwalker as the settings want it; symbols are always looked for in the data folder too. */
export function stackwalkOptions(config: Config, dataDirectory: string): StackwalkOptions {
  return {
    command: config.stackwalkCommand,
    timeoutSeconds: config.stackwalkTimeoutSeconds,
    memoryBytes: config.stackwalkMemoryBytes,
    maxOutputBytes: config.stackwalkMaxOutputBytes,
    symbolPaths: [symbolStoreDirectory(dataDirectory), ...config.symbolPaths.map((path) => resolve(path))],
    symbolUrls: config.symbolUrls,
    symbolCacheDirectory: join(dataDirectory, "symbols-cache"),
    symbolCacheBytes: config.symbolsCacheBytes,
  };
}
