import { SearchUnavailable } from "#lib/core/errors";
import type { JsonObject } from "#lib/core/json";
import { orNull, refusal, type Connection } from "./connection";
import { causesIn } from "./failures";
import { generationName } from "./index-names";
import { deleteIndices, type Indices, type IndexServer, type StoredIndex } from "./indices";

/**
 * The right to build the next generation of an index: a hidden alias of that generation, whose name no other run has.
 * All copies are written through it, and the switch takes it away, so that a run whose lease was taken can do neither.
 */
export interface Lease {
  readonly alias: string;
  /** What is searched until the switch. */
  readonly serving: StoredIndex;
  /** The generation that is being built. */
  readonly building: string;
  /** What an earlier run noted of its copying; empty where there was none. */
  readonly noted: JsonObject;
}

const PREFIX = "crash-stats-building-";

/** Makes the next generation of an index, or takes over what an earlier run of the same work has left of it. */
export async function takeLease(server: IndexServer, serving: StoredIndex): Promise<Lease> {
  const { connection, indices } = server;
  const alias = `${PREFIX}${crypto.randomUUID()}`;
  const building = generationName({ name: serving.name, generation: serving.generation + 1 });
  const left = (await indices.generations()).filter(
    ({ name, isServing }) => name === serving.name && !isServing,
  );
  if (left.length > 0) await releaseWrites(server, serving.name);
  const earlier = left.find((index) => index.index === building && isOfSameWork(server, index, serving));
  await deleteIndices(
    connection,
    left.filter((index) => index !== earlier),
  );
  const owner = { [alias]: { is_hidden: true } };
  if (earlier)
    await connection.ask({ what: building }, (client) =>
      client.indices.updateAliases({ actions: [{ add: { index: building, alias, is_hidden: true } }] }),
    );
  else await createBuilding(server, serving, { building, owner });
  return { alias, serving, building, noted: earlier?.meta ?? {} };
}

/** Hidden, so that no pattern of names finds its crashes beside those of the index that is searched. */
async function createBuilding(
  { connection, indices }: IndexServer,
  { uuid, replicas }: StoredIndex,
  { building, owner }: { readonly building: string; readonly owner: Record<string, { is_hidden: boolean }> },
): Promise<void> {
  const { settings, mappings } = indices.definition;
  try {
    await connection.ask({ what: building }, (client) =>
      client.indices.create({
        index: building,
        settings: { ...settings, "index.hidden": true, number_of_replicas: replicas },
        mappings: { ...mappings, _meta: buildingMeta(indices, uuid, {}) },
        aliases: owner,
      }),
    );
  } catch (error) {
    const causes = causesIn(refusal(error)?.body);
    if (!causes.some(({ type }) => type === "resource_already_exists_exception")) throw error;
    throw new SearchUnavailable(`Another run has just begun to build ${building}.`, { cause: error });
  }
}

/** What a generation that is being built tells of itself. */
export function buildingMeta(
  { definition }: Indices,
  source: string,
  copied: JsonObject,
): Record<string, unknown> {
  return { ...definition.meta, source, copied };
}

function isOfSameWork({ indices }: IndexServer, { meta }: StoredIndex, { uuid }: StoredIndex): boolean {
  return meta.source === uuid && meta.mapping === indices.definition.meta.mapping;
}

/**
 * Lets an index be written again that a run has paused. Takes the lease away first, so that the run cannot switch to a
 * generation that lacks what is written from now on. Does nothing where no generation is being built.
 */
export async function releaseWrites({ connection, indices }: IndexServer, name: string): Promise<void> {
  const building = (await indices.generations()).filter((index) => index.name === name && !index.isServing);
  if (building.length === 0) return;
  const actions = building.flatMap(({ index, aliases }) =>
    leasesOf(aliases).map((alias) => ({ remove: { index, alias } })),
  );
  if (actions.length > 0)
    await orNull(connection.ask({ what: name }, (client) => client.indices.updateAliases({ actions })));
  await resumeWrites(connection, name);
}

/** Ends a run that cannot go on: what it has built stays for the next one. False when its lease was gone already. */
export async function giveUpLease(
  { connection, indices }: IndexServer,
  { alias, building, serving: { name } }: Lease,
): Promise<boolean> {
  const actions = [{ remove: { index: building, alias, must_exist: true } }];
  const held = await orNull(
    connection.ask({ what: name }, (client) => client.indices.updateAliases({ actions })),
  );
  if (!held) return false;
  const others = (await indices.generations()).find(({ index }) => index === building)?.aliases ?? {};
  if (leasesOf(others).length === 0) await resumeWrites(connection, name);
  return true;
}

function leasesOf(aliases: StoredIndex["aliases"]): readonly string[] {
  return Object.keys(aliases).filter((alias) => alias.startsWith(PREFIX));
}

async function resumeWrites(connection: Connection, name: string): Promise<void> {
  const settings = { "index.blocks.write": null };
  await orNull(
    connection.ask({ what: name }, (client) => client.indices.putSettings({ index: name, settings })),
  );
}

/** Keeps an index from being written. Resolves when no write is in work any more; those that come later are refused. */
export async function pauseWrites({ connection }: IndexServer, { index }: StoredIndex): Promise<void> {
  await connection.ask({ what: index }, (client) => client.indices.addBlock({ index, block: "write" }));
}

/**
 * Lets the name lead to what was built, and deletes what it led to, in one moment. Other aliases of the index go over,
 * too. Throws the client's error, and changes nothing, when the lease was taken away.
 */
export async function switchOver({ connection }: IndexServer, lease: Lease): Promise<void> {
  const { alias, building, serving } = lease;
  const kept = Object.entries(serving.aliases).filter(([name]) => name !== serving.name);
  const actions = [
    { remove: { index: building, alias, must_exist: true } },
    { remove_index: { index: serving.index } },
    { add: { index: building, alias: serving.name } },
    ...kept.map(([name, definition]) => ({ add: { ...definition, index: building, alias: name } })),
  ];
  await connection.ask({ what: serving.name }, (client) => client.indices.updateAliases({ actions }));
}
