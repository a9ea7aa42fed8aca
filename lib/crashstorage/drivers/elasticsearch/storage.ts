import type { ProcessedCrash } from "#lib/core/crash";
import { crashIdMidnight, type CrashId } from "#lib/core/crash-id";
import { CrashIdNotFound, hasCode, StorageRefused, StorageUnavailable } from "#lib/core/errors";
import { isJsonObject } from "#lib/core/json";
import { redact } from "#lib/crashstorage/redaction";
import { noNewCrashes, type CrashStorage } from "#lib/crashstorage/storage";
import { refuseStrangeId } from "#lib/crashstorage/crash-ids";
import { parseStored } from "#lib/crashstorage/stored-json";
import { openConnection, orNull, refusal, type Connection } from "#lib/elasticsearch/connection";
import { sourceOf } from "#lib/elasticsearch/documents";
import { causesIn, reasonWithoutValues } from "#lib/elasticsearch/failures";
import { openIndices } from "#lib/elasticsearch/indices";
import { locate, removeDocuments, writeDocuments, type Place } from "#lib/elasticsearch/write";
import { searchDocument } from "#lib/fields/document";

export interface ElasticsearchStorageOptions {
  /** With `USER:PASSWORD@` where the server asks for them. */
  readonly url: string;
  /** The name of the index of a day, such as `socorro%Y%W`. */
  readonly index: string;
  readonly shards: number;
  readonly timeoutSeconds: number;
  /** What is left out of the crash that is kept; dots lead into objects. */
  readonly keys: readonly string[];
}

/**
 * Processed crashes in Elasticsearch, where they are searched: each document is what the search engine indexes of a
 * crash, and beside it the crash without some keys as JSON text, which is not indexed. The search index sees a saved
 * crash after Elasticsearch's next refresh, this store at once. Throws BadSetting for an `index` that makes no names.
 */
export function elasticsearchStorage(options: ElasticsearchStorageOptions): CrashStorage {
  const { url, timeoutSeconds, keys } = options;
  const connection = openConnection({ url, timeoutSeconds, unavailable });
  const indices = openIndices(connection, { template: options.index, shards: options.shards });
  const usualPlace = (id: CrashId): Place => ({ id, index: indices.names.at(crashIdMidnight(id)) });
  const knowNothing = (id: CrashId) => Promise.reject(new CrashIdNotFound(id));

  return {
    name: "elasticsearch",
    keeps: new Set(["processed"]),
    saveRaw: ({ id }) => about(id, () => Promise.resolve()),
    getRaw: knowNothing,
    getDump: knowNothing,
    getDumpsAsFiles: knowNothing,
    saveProcessed: (crash, raw) =>
      about(crash.uuid, async () => {
        const document = searchDocument(crash, raw);
        const index = indices.names.at(document.date);
        await indices.prepare(index);
        const stored_crash = JSON.stringify(redact(crash, keys));
        const source = { ...sourceOf(document), stored_crash };
        await writeDocuments({ connection, indices }, [{ id: crash.uuid, index, source }]);
      }),
    getUnredactedProcessed: (id) =>
      about(id, async () => {
        const content =
          (await storedAt(connection, usualPlace(id))) ??
          (await firstStored(connection, await locate({ connection, indices }, [id])));
        if (content === null) throw new CrashIdNotFound(id);
        return parseStored(id, content) as ProcessedCrash;
      }),
    remove: (id) =>
      about(id, async () => {
        const places = await locate({ connection, indices }, [id]);
        if (places.length === 0) throw new CrashIdNotFound(id);
        await removeDocuments({ connection, indices }, places);
      }),
    newCrashes: noNewCrashes,
    close: () => connection.close(),
  };
}

function unavailable(what: string, cause: Error): StorageUnavailable {
  return new StorageUnavailable(`${what}: ${cause.name}: ${cause.message}`, { cause });
}

/** Gives errors the names of the store and of the crash. */
async function about<T>(id: CrashId, work: () => Promise<T>): Promise<T> {
  refuseStrangeId(id);
  try {
    return await work();
  } catch (cause) {
    if (hasCode(cause, "storage_unavailable"))
      throw new StorageUnavailable(`Elasticsearch, crash ${id}: ${cause.message}`, { cause });
    const refused = refusal(cause);
    if (!refused) throw cause;
    const reason = reasonWithoutValues(causesIn(refused.body));
    throw new StorageRefused(`Elasticsearch, crash ${id}: status ${refused.status}, ${reason}`, { cause });
  }
}

/** Sees what was written a moment ago, unlike a search. */
async function storedAt(connection: Connection, { id, index }: Place): Promise<string | null> {
  const answer = await orNull(
    connection.ask({ what: index }, (client) =>
      client.get({ index, id, _source_includes: ["stored_crash"] }),
    ),
  );
  const source = answer?._source;
  return isJsonObject(source) && typeof source.stored_crash === "string" ? source.stored_crash : null;
}

async function firstStored(connection: Connection, places: readonly Place[]): Promise<string | null> {
  for (const place of places) {
    const content = await storedAt(connection, place);
    if (content !== null) return content;
  }
  return null;
}
