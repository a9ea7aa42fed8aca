import { isJsonObject, jsonAt, type Json, type JsonObject } from "#lib/core/json";
import type { CrashId } from "#lib/core/crash-id";
import { SearchUnavailable } from "#lib/core/errors";
import type { IndexServer } from "./indices";
import { buildingMeta, type Lease } from "./lease";
import { removeDocuments, writeDocuments } from "./write";

/** For each shard of the index that is copied, the sequence number up to which everything is in the copy. */
export type Copied = Readonly<Record<string, number>>;

export interface Copying {
  readonly server: IndexServer;
  readonly lease: Lease;
  readonly signal: AbortSignal | undefined;
  /** So many documents more were copied. */
  readonly onCopied: (count: number) => void;
}

const BATCH = 250;
const IDS_BATCH = 10_000;
const NOTE_SECONDS = 5;
const KEEP_ALIVE = "5m";

/** What an earlier run noted. */
export function copiedBefore({ noted }: Lease): Copied {
  const copied = jsonAt(noted, "copied");
  if (!isJsonObject(copied)) return {};
  return Object.fromEntries(Object.entries(copied).map(([shard, number]) => [shard, Number(number)]));
}

/**
 * Copies what was written since. The sequence number, by which a shard counts all that is written to it, is the version
 * of a copy: a later copy is never replaced by an earlier one, whoever makes it. Returns what is copied now, and how many
 * documents that took. What is written meanwhile may be in the copy or not.
 */
export async function copyChanges(
  copying: Copying,
  since: Copied,
): Promise<{ readonly copied: Copied; readonly count: number }> {
  const shards = await shardsOf(copying);
  await refresh(copying, copying.lease.serving.index);
  let copied = since;
  let count = 0;
  for (const shard of shards) {
    const progress = { notedAt: performance.now() };
    for await (const last of copyShard(copying, shard, since[shard.number] ?? -1)) {
      count += last.count;
      copied = { ...copied, [shard.number]: Math.min(last.sequence, shard.complete) };
      if (performance.now() - progress.notedAt < NOTE_SECONDS * 1000) continue;
      await note(copying, copied);
      progress.notedAt = performance.now();
    }
    copied = { ...copied, [shard.number]: shard.complete };
  }
  await note(copying, copied);
  return { copied, count };
}

interface Shard {
  readonly number: string;
  /** All writes up to this one are done, on all copies of the shard, and seen after a refresh. */
  readonly complete: number;
  /** The last write that has begun. */
  readonly latest: number;
}

async function shardsOf({ server: { connection }, lease, signal }: Copying): Promise<readonly Shard[]> {
  const { index } = lease.serving;
  const answer = await connection.ask({ what: index, signal }, (client, options) =>
    client.indices.stats({ index, metric: "docs", level: "shards" }, options),
  );
  const indices = jsonAt(answer as unknown as JsonObject, "indices");
  const described = isJsonObject(indices) && isJsonObject(indices[index]) ? indices[index].shards : null;
  if (!isJsonObject(described)) throw renewedMeanwhile(index);
  return Object.entries(described).map(([number, copies]) => {
    const primary = (copies as readonly Json[]).find((copy) => jsonAt(copy, "routing.primary") === true);
    const [complete, latest] = ["global_checkpoint", "max_seq_no"].map((key) =>
      Number(jsonAt(primary, `seq_no.${key}`)),
    );
    if (complete === undefined || latest === undefined || Number.isNaN(complete + latest))
      throw new SearchUnavailable(`Shard ${number} of ${index} has no primary now. Try again in a moment.`);
    return { number, complete, latest };
  });
}

async function* copyShard(
  copying: Copying,
  shard: Shard,
  since: number,
): AsyncGenerator<{ readonly sequence: number; readonly count: number }, void> {
  const { server, lease } = copying;
  let sequence = since;
  for (;;) {
    const hits = await changesAfter(copying, shard, sequence);
    const last = hits.at(-1);
    if (!last) return;
    await writeDocuments(
      server,
      hits.map(({ _id, _source, _seq_no }) => ({
        id: _id as CrashId,
        index: lease.alias,
        source: _source,
        version: _seq_no + 1,
      })),
    );
    copying.onCopied(hits.length);
    sequence = last._seq_no;
    yield { sequence, count: hits.length };
  }
}

interface Change {
  readonly _index: string;
  readonly _id: string;
  readonly _seq_no: number;
  readonly _source: JsonObject;
}

async function changesAfter(copying: Copying, shard: Shard, sequence: number): Promise<readonly Change[]> {
  const { server, lease, signal } = copying;
  const { index } = lease.serving;
  const answer = await server.connection.ask({ what: index, signal }, (client, options) =>
    client.search(
      {
        index,
        preference: `_shards:${shard.number}`,
        allow_partial_search_results: false,
        query: { range: { _seq_no: { gt: sequence, lte: shard.latest } } },
        sort: ["_seq_no"],
        seq_no_primary_term: true,
        track_total_hits: false,
        size: BATCH,
      },
      options,
    ),
  );
  const hits = answer.hits.hits as readonly Change[];
  refuseOtherIndex(index, hits);
  return hits;
}

/** A name that led to an index leads to its next generation when another run was faster. */
function refuseOtherIndex(index: string, hits: readonly { readonly _index: string }[]): void {
  if (hits.some((hit) => hit._index !== index)) throw renewedMeanwhile(index);
}

function renewedMeanwhile(index: string): SearchUnavailable {
  return new SearchUnavailable(`Another run has renewed ${index} meanwhile.`);
}

/** For the run that takes over when this one is killed. */
async function note({ server, lease, signal }: Copying, copied: Copied): Promise<void> {
  const { building, serving } = lease;
  const _meta = buildingMeta(server.indices, serving.uuid, { ...copied });
  await server.connection.ask({ what: building, signal }, (client, options) =>
    client.indices.putMapping({ index: building, _meta }, options),
  );
}

/** Takes out of the copy what was removed since it was copied. */
export async function removeStrays(copying: Copying): Promise<void> {
  const { server, lease, signal } = copying;
  await refresh(copying, lease.serving.index);
  for await (const ids of idsIn(copying)) {
    const kept = await presentIn(copying, ids);
    signal?.throwIfAborted();
    await removeDocuments(
      server,
      ids.filter((id) => !kept.has(id)).map((id) => ({ id: id as CrashId, index: lease.alias })),
    );
  }
}

async function* idsIn({
  server: { connection },
  lease: { building },
  signal,
}: Copying): AsyncGenerator<readonly string[], void> {
  const opened = await connection.ask({ what: building, signal }, async (client, options) => {
    await client.indices.refresh({ index: building });
    return client.openPointInTime({ index: building, keep_alive: KEEP_ALIVE }, options);
  });
  const pit = { id: opened.id, keep_alive: KEEP_ALIVE };
  let after: Pick<Parameters<typeof searchAfter>[0], "search_after"> = {};
  const searchAfter = (place: { readonly search_after?: (string | number)[] }) =>
    connection.ask({ what: building, signal }, (client, options) =>
      client.search(
        { pit, size: IDS_BATCH, _source: false, sort: ["_shard_doc"], track_total_hits: false, ...place },
        options,
      ),
    );
  try {
    for (;;) {
      const { hits } = (await searchAfter(after)).hits;
      const last = hits.at(-1);
      if (!last) return;
      yield hits.map(({ _id }) => _id ?? "");
      after = { search_after: (last.sort ?? []) as number[] };
    }
  } finally {
    await connection
      .ask({ what: building }, (client) => client.closePointInTime({ id: opened.id }))
      .catch(() => undefined);
  }
}

async function presentIn(copying: Copying, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const { server, lease, signal } = copying;
  const { index } = lease.serving;
  const { hits } = await server.connection.ask({ what: index, signal }, (client, options) =>
    client.search(
      {
        index,
        query: { ids: { values: [...ids] } },
        size: IDS_BATCH,
        _source: false,
        allow_partial_search_results: false,
        track_total_hits: false,
      },
      options,
    ),
  );
  refuseOtherIndex(index, hits.hits);
  return new Set(hits.hits.map(({ _id }) => _id ?? ""));
}

/** How many documents are in the index and in the copy. */
export async function countBoth({ server: { connection }, lease, signal }: Copying) {
  const counted = async (index: string) => {
    const answer = await connection.ask({ what: index, signal }, async (client, options) => {
      await client.indices.refresh({ index }, options);
      return client.count({ index }, options);
    });
    return answer.count;
  };
  return { served: await counted(lease.serving.index), copied: await counted(lease.building) };
}

async function refresh({ server: { connection }, signal }: Copying, index: string): Promise<void> {
  await connection.ask({ what: index, signal }, (client, options) =>
    client.indices.refresh({ index }, options),
  );
}
