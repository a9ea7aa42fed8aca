import { join } from "node:path";
import type { SearchEngine } from "./engine";

/** What decides which engine it is; all but the data folder may be missing or empty. */
export interface SearchSettings {
  readonly dataDirectory: string;
  /** ELASTICSEARCH_URL; without one the engine is embedded. */
  readonly elasticsearchUrl?: string;
  /** ELASTICSEARCH_INDEX */
  readonly elasticsearchIndex?: string;
  /** ELASTICSEARCH_SHARDS */
  readonly elasticsearchShards?: number;
}

/**
 * Opens the search engine that the settings name: Elasticsearch, or an embedded one in the data folder. Throws
 * BadSetting for settings that cannot be used, and when another process has the embedded one open.
 */
export async function openSearchEngine(settings: SearchSettings): Promise<SearchEngine> {
  const { elasticsearchUrl: url = "", elasticsearchIndex: index = "socorro%Y%W" } = settings;
  if (url === "") {
    const { openDuckdbEngine } = await import("./duckdb/engine");
    return openDuckdbEngine({ path: join(settings.dataDirectory, "search.duckdb") });
  }
  const { openElasticsearchEngine } = await import("./elasticsearch/engine");
  return openElasticsearchEngine({ url, index, shards: settings.elasticsearchShards ?? 1 });
}
