import { formatDate } from "#lib/core/time";
import { orNull, refusal, type Connection } from "./connection";
import { causesIn } from "./failures";
import { indexNames, type IndexNames } from "./index-names";
import { mapping } from "./mapping";

export interface IndicesOptions {
  /** Such as `socorro%Y%W`. */
  readonly template: string;
  readonly shards: number;
}

/** The indices of a template on one server. */
export interface Indices {
  readonly names: IndexNames;
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
  /** Deletes those of some names that are there. */
  drop(unwanted: readonly string[]): Promise<void>;
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
  const listed = async (index: string, signal?: AbortSignal) => {
    const answer = await orNull(
      connection.ask({ what: index, signal }, (client, options) =>
        client.indices.getAlias({ index, ignore_unavailable: true, allow_no_indices: true }, options),
      ),
    );
    return Object.entries(answer ?? {}).flatMap(([name, { aliases }]) => [name, ...Object.keys(aliases)]);
  };
  const own = async () => [...new Set((await listed(names.pattern)).filter(names.has))].sort();

  return {
    names,
    async prepare(name) {
      await once(names.pattern, () => putTemplate(connection, names, definition));
      await once(name, () => createIndex(connection, name, definition));
    },
    async existing(wanted, signal) {
      const found = new Set(await listed(indexList(wanted, names), signal));
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
      return (await own()).filter((name) => names.endsBefore(name, formatDate(before)));
    },
    async drop(unwanted) {
      for (const index of unwanted)
        await orNull(connection.ask({ what: index }, (client) => client.indices.delete({ index })));
    },
  };
}

interface Definition {
  readonly settings: object;
  readonly mappings: object;
}

/** An index that a write makes by itself, after it was deleted, is then like the others. */
async function putTemplate(
  connection: Connection,
  { pattern }: IndexNames,
  definition: Definition,
): Promise<void> {
  await connection.ask({ what: `the index template of ${pattern}` }, (client) =>
    client.indices.putIndexTemplate({
      name: templateName(pattern),
      index_patterns: [pattern],
      // Of two templates whose patterns overlap, the one of the longer name is meant.
      priority: 100 + pattern.length,
      template: definition,
    }),
  );
}

/** The name of the index template for a pattern. */
export function templateName(pattern: string): string {
  return `crash-stats-${pattern.replaceAll("*", "_")}`;
}

async function createIndex(connection: Connection, index: string, definition: Definition): Promise<void> {
  try {
    await connection.ask({ what: index }, (client) => client.indices.create({ index, ...definition }));
  } catch (error) {
    const causes = causesIn(refusal(error)?.body);
    if (!causes.some(({ type }) => EXISTS.includes(type))) throw error;
    await addNewFields(connection, index, definition);
  }
}

/** The second stands for a name that is an alias. */
const EXISTS = ["resource_already_exists_exception", "invalid_index_name_exception"];

/** Where a field has another type than before, the index keeps the old one; the next index gets the new one. */
async function addNewFields(connection: Connection, index: string, { mappings }: Definition): Promise<void> {
  try {
    await connection.ask({ what: index }, (client) => client.indices.putMapping({ index, ...mappings }));
  } catch (error) {
    if (refusal(error)?.status !== 400) throw error;
  }
}
