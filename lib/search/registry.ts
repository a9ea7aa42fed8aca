import { join } from "node:path";
import { BadSetting } from "#lib/core/errors";
import type { SearchEngine } from "./engine";
import type { IndexAdministration } from "./index-administration";

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
  const elasticsearch = elasticsearchOf(settings);
  if (!elasticsearch) {
    const { openDuckdbEngine } = await import("./duckdb/engine");
    return openDuckdbEngine({ path: join(settings.dataDirectory, "search.duckdb") });
  }
  const { openElasticsearchEngine } = await import("./elasticsearch/engine");
  return openElasticsearchEngine(elasticsearch);
}

/**
 * Keeps other processes from a data folder until it is closed or its process ends, whatever they would open there: the
 * embedded database does not refuse a second process, the embedded search engine does. Throws BadSetting when another
 * process has the folder.
 */
export async function holdDataDirectory(dataDirectory: string): Promise<{ close(): Promise<void> }> {
  const { openInstance } = await import("./duckdb/instance");
  const instance = await openInstance(join(dataDirectory, "in-use.duckdb"), "16MB");
  return {
    close() {
      instance.closeSync();
      return Promise.resolve();
    },
  };
}

/** Opens the indices of the search engine for operators. Throws BadSetting where the settings name the embedded one. */
export async function openIndexAdministration(settings: SearchSettings): Promise<IndexAdministration> {
  const elasticsearch = elasticsearchOf(settings);
  if (!elasticsearch)
    throw new BadSetting(
      "ELASTICSEARCH_URL is not set, so the search index is the embedded one: a single file in the data folder that the server makes and keeps up to date. It has no indices to work on.",
    );
  const { openElasticsearchAdministration } = await import("./elasticsearch/administration");
  return openElasticsearchAdministration(elasticsearch);
}

function elasticsearchOf(settings: SearchSettings) {
  const { elasticsearchUrl: url = "", elasticsearchIndex: index = "socorro%Y%W" } = settings;
  return url === "" ? null : { url, index, shards: settings.elasticsearchShards ?? 1 };
}
