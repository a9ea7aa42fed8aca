import { join } from "node:path";

/** The symbol store that is searched before all others, and into which uploads go. */
export function symbolStoreDirectory(dataDirectory: string): string {
  return join(dataDirectory, "symbols");
}
