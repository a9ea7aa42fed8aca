import { join } from "node:path";

/**
 * Below it each processor has a directory named after its process, in which each crash in work has one. They hold
 * protected data: they are in the data folder, so that a start can remove those of processors that were killed.
 */
export function processingDirectory(dataDirectory: string): string {
  return join(dataDirectory, "processing");
}
