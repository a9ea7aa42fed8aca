import { join } from "node:path";
import type { SearchEngine } from "./engine";

/** Opens the embedded search engine in the data folder. Throws BadSetting when another process has it open. */
export async function openSearchEngine(dataDirectory: string): Promise<SearchEngine> {
  const { openDuckdbEngine } = await import("./duckdb/engine");
  return openDuckdbEngine({ path: join(dataDirectory, "search.duckdb") });
}
