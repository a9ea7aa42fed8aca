import { join } from "node:path";

/**
 * Where each crash in work has a directory, which holds protected data: in the data folder, so that a start can remove
 * those of workers that were killed.
 */
export function processingDirectory(dataDirectory: string): string {
  return join(dataDirectory, "processing");
}
