import { byCodePoint } from "#lib/core/code-points";
import { isJsonObject, jsonAt, type Json, type JsonObject } from "#lib/core/json";
import { formatDate } from "#lib/core/time";
import { orNull, refusal, type Connection } from "./connection";
import { causesIn } from "./failures";
import { indexNames, templateName, type Generation, type IndexNames } from "./index-names";
import { mapping, mappingVersion } from "./mapping";

export interface IndicesOptions {
  /** Such as `socorro%Y%W`. */
  readonly template: string;
  readonly shards: number;
}

/** An index of the server, whatever name it is searched by. */
export interface StoredIndex extends Generation {
  readonly index: string;
  readonly uuid: string;
  /** Whether it is the one that its name leads to; else it is being built, or was when that was broken off. */
  readonly isServing: boolean;
  readonly aliases: Readonly<Record<string, JsonObject>>;
  readonly replicas: string;
  /** What it was made with: see `mappingVersion`. Null where that was not noted yet. */
  readonly mappingVersion: string | null;
  readonly meta: JsonObject;
}

/** The indices of a template on one server, by the names by which they are searched and written. */
export interface Indices {
  readonly names: IndexNames;
  readonly definition: IndexDefinition;
  /** Makes an index when it is not there, and tells one that is there of new fields. Several processes may do so at once. */
  prepare(name: string): Promise<void>;
  /** Those of some names that are there. */
  existing(wanted: readonly string[], signal?: AbortSignal): Promise<readonly string[]>;
  /** All that are there. */
  own(): Promise<readonly string[]>;
  /** Makes what was written visible to searches. */
  refresh(wanted: readonly string[]): Promise<void>;
  /** Those all of whose days lie before that of a moment. */
  expired(before: Date): Promise<readonly string[]>;
  /** All generations of all names, and what is being built. */
  generations(): Promise<readonly StoredIndex[]>;
  /** Deletes those of some names that are there, with all their generations. */
  drop(unwanted: readonly string[]): Promise<void>;
}

/** A server, and our indices on it. */
export interface IndexServer {
  readonly connection: Connection;
  readonly indices: Indices;
}

/** Characters of the names in one request: a request line that a server takes is 4,096 bytes long. */
export const LONGEST_LIST = 3_000;

/** Index names as a request has them; the pattern of all where they would be too many for one. */
export function indexList(names: readonly string[], { pattern }: IndexNames): string {
  const list = names.join(",");
  return list.length > LONGEST_LIST ? pattern : list;
}

/** Nothing is sent before the first call. Throws BadSetting for a template that makes no index names. */
export function openIndices(connection: Connection, { template, shards }: IndicesOptions): Indices {
  const names = indexNames(template);
  const definition = {
    settings: { number_of_shards: shards, "index.query.default_field": "processed_crash.signature" },
    mappings: mapping(),
    meta: { mapping: mappingVersion() },
  };
  const prepared = new Map<string, Promise<unknown>>();
  const once = (key: string, work: () => Promise<unknown>) => {
    const known = prepared.get(key);
    if (known) return known;
    const working = work().catch((error: unknown) => {
      prepared.delete(key);
      throw error;
    });
    prepared.set(key, working);
    return working;
  };
  const own = async () => [...new Set((await namesAt(connection, names.pattern)).filter(names.has))].sort();
  const generations = async () => {
    const described = await connection.ask({ what: names.pattern }, (client) =>
      client.indices.get({ index: names.pattern, expand_wildcards: "all", filter_path: DESCRIPTION }),
    );
    return storedIndices(names, described as unknown as JsonObject);
  };

  return {
    names,
    definition,
    async prepare(name) {
      await once(names.pattern, () => putTemplate(connection, names, definition));
      await once(name, () => createIndex(connection, name, definition));
    },
    async existing(wanted, signal) {
      const found = new Set(await namesAt(connection, indexList(wanted, names), signal));
      return wanted.filter((name) => found.has(name));
    },
    own,
    async refresh(wanted) {
      const index = indexList(wanted, names);
      await connection.ask({ what: index }, (client) =>
        client.indices.refresh({ index, ignore_unavailable: true, allow_no_indices: true }),
      );
    },
    async expired(before) {
      const all = new Set((await generations()).map(({ name }) => name));
      return [...all].filter((name) => names.endsBefore(name, formatDate(before))).sort();
    },
    generations,
    async drop(unwanted) {
      await deleteIndices(
        connection,
        (await generations()).filter(({ name }) => unwanted.includes(name)),
      );
    },
  };
}

/** What indices are called, and their aliases. */
async function namesAt(
  connection: Connection,
  index: string,
  signal?: AbortSignal,
): Promise<readonly string[]> {
  const answer = await orNull(
    connection.ask({ what: index, signal }, (client, options) =>
      client.indices.getAlias({ index, ignore_unavailable: true, allow_no_indices: true }, options),
    ),
  );
  return Object.entries(answer ?? {}).flatMap(([name, { aliases }]) => [name, ...Object.keys(aliases)]);
}

/** Deletes indices; those that are not there any more are passed over. */
export async function deleteIndices(
  connection: Connection,
  unwanted: readonly Pick<StoredIndex, "index">[],
): Promise<void> {
  for (const { index } of unwanted)
    await orNull(connection.ask({ what: index }, (client) => client.indices.delete({ index })));
}

/** What an index is made with. */
export interface IndexDefinition {
  readonly settings: object;
  readonly mappings: JsonObject;
  /** What an index tells of itself: see `mappingVersion`. */
  readonly meta: { readonly mapping: string };
}

function withMeta({ settings, mappings, meta }: IndexDefinition) {
  return { settings, mappings: { ...mappings, _meta: meta } };
}

/** The parts of a server's description of its indices that are read. */
const DESCRIPTION = "*.aliases,*.settings.index.uuid,*.settings.index.number_of_replicas,*.mappings._meta";

/** The indices in a server's description that are of a template; those of a name the newest last. */
function storedIndices(names: IndexNames, described: JsonObject): readonly StoredIndex[] {
  return Object.entries(described)
    .flatMap(([index, description]) => {
      const generation = names.generationOf(index);
      if (!generation) return [];
      const aliases = objectAt(description, "aliases") as StoredIndex["aliases"];
      const meta = objectAt(description, "mappings._meta");
      return {
        ...generation,
        index,
        uuid: textAt(description, "settings.index.uuid"),
        isServing: index === generation.name || generation.name in aliases,
        aliases,
        replicas: textAt(description, "settings.index.number_of_replicas"),
        mappingVersion: typeof meta.mapping === "string" ? meta.mapping : null,
        meta,
      };
    })
    .sort((a, b) => byCodePoint(a.name, b.name) || a.generation - b.generation);
}

function textAt(description: Json | undefined, path: string): string {
  const value = jsonAt(description, path);
  return typeof value === "string" ? value : "";
}

function objectAt(description: Json | undefined, path: string): JsonObject {
  const value = jsonAt(description, path);
  return isJsonObject(value) ? value : {};
}

/** An index that a write makes by itself, after it was deleted, is then like the others. */
async function putTemplate(
  connection: Connection,
  { pattern }: IndexNames,
  definition: IndexDefinition,
): Promise<void> {
  await connection.ask({ what: `the index template of ${pattern}` }, (client) =>
    client.indices.putIndexTemplate({
      name: templateName(pattern),
      index_patterns: [pattern],
      // Of two templates whose patterns overlap, the one of the longer name is meant.
      priority: 100 + pattern.length,
      template: withMeta(definition),
    }),
  );
}

async function createIndex(
  connection: Connection,
  index: string,
  definition: IndexDefinition,
): Promise<void> {
  try {
    await connection.ask({ what: index }, (client) =>
      client.indices.create({ index, ...withMeta(definition) }),
    );
  } catch (error) {
    const causes = causesIn(refusal(error)?.body);
    if (!causes.some(({ type }) => EXISTS.includes(type))) throw error;
    await addNewFields(connection, index, definition);
  }
}

/** The second stands for a name that is an alias. */
const EXISTS = ["resource_already_exists_exception", "invalid_index_name_exception"];

/**
 * Where a field has another type than before, the index keeps the old one; the next index gets the new one. What the
 * index notes to have been made with stays: earlier crashes are not found by the new fields.
 */
async function addNewFields(
  connection: Connection,
  index: string,
  { mappings }: IndexDefinition,
): Promise<void> {
  try {
    await connection.ask({ what: index }, (client) => client.indices.putMapping({ index, ...mappings }));
  } catch (error) {
    if (refusal(error)?.status !== 400) throw error;
  }
}
