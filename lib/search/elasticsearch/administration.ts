import { isJsonObject, jsonAt, type JsonObject } from "#lib/core/json";
import { SearchUnavailable } from "#lib/core/errors";
import { formatDate } from "#lib/core/time";
import { openConnection, orNull, type Connection } from "#lib/elasticsearch/connection";
import { deleteIndices, openIndices } from "#lib/elasticsearch/indices";
import { mapping, mappingVersion } from "#lib/elasticsearch/mapping";
import { renewIndex } from "#lib/elasticsearch/renew-index";
import { locate } from "#lib/elasticsearch/write";
import type { IndexAdministration } from "#lib/search/index-administration";
import type { ElasticsearchOptions } from "./engine";

const TIMEOUT_SECONDS = 60;

/** The indices of the Elasticsearch engine. Nothing is sent before the first call. Throws BadSetting as the engine does. */
export function openElasticsearchAdministration({
  url,
  index: template,
  shards,
}: Pick<ElasticsearchOptions, "url" | "index" | "shards">): IndexAdministration {
  const connection = openConnection({
    url,
    timeoutSeconds: TIMEOUT_SECONDS,
    unavailable: (what, cause) =>
      new SearchUnavailable(`Elasticsearch cannot answer now, ${what}: ${cause.message}`, { cause }),
  });
  const indices = openIndices(connection, { template, shards });
  const server = { connection, indices };
  return {
    async list() {
      const [stored, sizes] = [await indices.generations(), await sizesOf(connection, indices.names.pattern)];
      return stored.map(({ name, index, generation, isServing, mappingVersion: version }) => ({
        name,
        index,
        generation,
        state: isServing ? "serving" : "building",
        ...(sizes.get(index) ?? { documents: 0, sizeBytes: 0 }),
        mappingIsCurrent: version === mappingVersion(),
      }));
    },
    async create(from, to) {
      const wanted = indices.names.between(formatDate(from), formatDate(to));
      const existing = await indices.existing(wanted);
      for (const name of wanted) await indices.prepare(name);
      return wanted.map((name) => ({ name, isNew: !existing.includes(name) }));
    },
    async mapping(name) {
      if (name === undefined) return mapping();
      const answer = await orNull(
        connection.ask({ what: name }, (client) => client.indices.getMapping({ index: name })),
      );
      return answer && ((Object.values(answer)[0]?.mappings ?? {}) as JsonObject);
    },
    async document(id) {
      const [place] = await locate(server, [id]);
      if (!place) return null;
      const answer = await orNull(
        connection.ask({ what: place.index }, (client) => client.get({ ...place })),
      );
      return isJsonObject(answer?._source) ? { index: place.index, source: answer._source } : null;
    },
    renew: (name, renewal) => renewIndex(server, name, renewal),
    async delete(name) {
      const stored = await indices.generations();
      const all = stored.filter((each) => each.name === name);
      const building = stored.filter((each) => each.index === name && !each.isServing);
      await deleteIndices(connection, [...all, ...building]);
      return all.length + building.length > 0;
    },
    close: () => connection.close(),
  };
}

/** By the names that the server has for indices. */
async function sizesOf(
  connection: Connection,
  pattern: string,
): Promise<ReadonlyMap<string, { readonly documents: number; readonly sizeBytes: number }>> {
  const answer = await connection.ask({ what: pattern }, (client) =>
    client.indices.stats({ index: pattern, metric: ["docs", "store"], expand_wildcards: "all" }),
  );
  const all = jsonAt(answer as unknown as JsonObject, "indices");
  return new Map(
    Object.entries(isJsonObject(all) ? all : {}).map(([index, stats]) => [
      index,
      {
        documents: Number(jsonAt(stats, "primaries.docs.count")),
        sizeBytes: Number(jsonAt(stats, "total.store.size_in_bytes")),
      },
    ]),
  );
}
