import type { CrashId } from "#lib/core/crash-id";
import { StorageRefused } from "#lib/core/errors";
import type { JsonObject } from "#lib/core/json";
import { withoutField } from "./documents";
import { causesIn, reasonWithoutValues, refusedField } from "./failures";
import { indexList, type IndexServer } from "./indices";
import { releaseWrites } from "./lease";

/** Where a document is: its crash id, and the name by which its index is written. */
export interface Place {
  readonly id: CrashId;
  readonly index: string;
}

export interface PlacedDocument extends Place {
  readonly source: JsonObject;
  /** Of a copy: it is written only where there is none of a higher version. The index must be an alias. */
  readonly version?: number;
}

const BATCH_DOCUMENTS = 500;
const BATCH_BYTES = 5 * 1024 * 1024;
const ATTEMPTS = 5;
const IDS_PER_SEARCH = 1_000;

/**
 * Writes documents in the places of those with the same ids, a batch after the other. A field because of which a
 * document is refused is taken out and noted in `removed_fields`. Throws StorageRefused, naming crash and reason, when
 * that does not help; the other documents are written.
 */
export async function writeDocuments(
  server: IndexServer,
  documents: readonly PlacedDocument[],
): Promise<void> {
  const refused: Refused[] = [];
  for (let batch of batches(documents.map(asLines)))
    for (let attempt = 1; batch.length > 0; attempt += 1) {
      const failed = await send(server, batch);
      const amendable = attempt === ATTEMPTS ? [] : failed.filter(({ field }) => field !== null);
      refused.push(...failed.filter((failure) => !amendable.includes(failure)));
      batch = amendable.map(({ item, field }) => amended(item, field ?? ""));
    }
  const [first] = refused;
  if (first)
    throw new StorageRefused(
      `Elasticsearch index ${first.item.place.index} refuses the crash ${first.item.place.id}: ${first.reason}`,
    );
}

/** The places of documents, whatever their ids say; what was written before is seen. */
export async function locate(
  { connection, indices }: IndexServer,
  ids: readonly CrashId[],
): Promise<readonly Place[]> {
  const own = await indices.own();
  if (own.length === 0) return [];
  await indices.refresh(own);
  const index = indexList(own, indices.names);
  const nameOf = (hit: string) => indices.names.generationOf(hit)?.name ?? hit;
  const places: Place[] = [];
  for (let from = 0; from < ids.length; from += IDS_PER_SEARCH) {
    const values = ids.slice(from, from + IDS_PER_SEARCH);
    const { hits } = await connection.ask({ what: `${index}, ${values[0] ?? ""}` }, (client) =>
      client.search({ index, query: { ids: { values } }, size: 10_000, _source: false }),
    );
    places.push(...hits.hits.map((hit) => ({ id: hit._id as CrashId, index: nameOf(hit._index) })));
  }
  return places;
}

/** Removes documents; those that are not there are passed over. */
export async function removeDocuments(server: IndexServer, places: readonly Place[]): Promise<void> {
  const items = places.map((place) => ({
    place,
    lines: [JSON.stringify({ delete: { _index: place.index, _id: place.id } })],
    document: { ...place, source: {} },
  }));
  for (const batch of batches(items)) {
    const [first] = await send(server, batch);
    if (first)
      throw new StorageRefused(
        `Elasticsearch does not remove the crash ${first.item.place.id}: ${first.reason}`,
      );
  }
}

/** A document or its removal, as the lines of a bulk request. */
interface Item {
  readonly place: Place;
  readonly lines: readonly string[];
  readonly document: PlacedDocument;
}

function asLines(document: PlacedDocument): Item {
  const { id, index, source, version } = document;
  const copied = version === undefined ? {} : { version, version_type: "external_gte", require_alias: true };
  return {
    place: { id, index },
    lines: [JSON.stringify({ index: { _index: index, _id: id, ...copied } }), JSON.stringify(source)],
    document,
  };
}

function amended({ document }: Item, field: string): Item {
  return asLines({ ...document, source: withoutField(document.source, field) });
}

function batches(items: readonly Item[]): readonly (readonly Item[])[] {
  const made: Item[][] = [];
  let bytes = Infinity;
  for (const item of items) {
    const size = item.lines.reduce((sum, line) => sum + Buffer.byteLength(line), 0);
    const batch = made.at(-1);
    if (batch && batch.length < BATCH_DOCUMENTS && bytes + size <= BATCH_BYTES) {
      batch.push(item);
      bytes += size;
    } else {
      made.push([item]);
      bytes = size;
    }
  }
  return made;
}

interface Refused {
  readonly item: Item;
  readonly reason: string;
  /** What it is refused for, null when the reason names none. */
  readonly field: string | null;
}

/** How often writes that an index takes none of are tried, before nobody is believed to be working on it. */
const PATIENCE = 3;

/**
 * Sends items, those again that found the server too busy, or their index for a moment without writes. Returns what is
 * refused for good.
 */
async function send(server: IndexServer, items: readonly Item[]): Promise<readonly Refused[]> {
  const sending: Sending = { waiting: items, refused: [], paused: null };
  for (let attempt = 1; ; attempt += 1)
    try {
      await sendWaiting(server, sending);
      return sending.refused;
    } catch (error) {
      if (sending.paused === null || attempt > PATIENCE) throw error;
      if (attempt === PATIENCE) await releaseWrites(server, sending.paused);
    }
}

interface Sending {
  waiting: readonly Item[];
  readonly refused: Refused[];
  /** The index that takes no writes now. */
  paused: string | null;
}

async function sendWaiting({ connection }: IndexServer, sending: Sending): Promise<void> {
  const [first] = sending.waiting;
  const what = `${first?.place.index ?? ""}, ${first?.place.id ?? ""}`;
  await connection.ask({ what }, async (client) => {
    const answer = await client.bulk({
      operations: sending.waiting.flatMap(({ lines }) => lines),
      filter_path: "items.*.status,items.*.error",
    });
    const busy: Item[] = [];
    let reason = "";
    sending.paused = null;
    for (const [position, item] of sending.waiting.entries()) {
      const { status = 0, error } = Object.values(answer.items[position] ?? {})[0] ?? {};
      if (isDone(item, status, error)) continue;
      const causes = causesIn(error);
      const isPaused = causes.some(({ type }) => type === "cluster_block_exception");
      reason = reasonWithoutValues(causes);
      if (isPaused) sending.paused = item.place.index;
      if (isPaused || status === 429 || status >= 500) busy.push(item);
      else sending.refused.push({ item, reason, field: refusedField(causes) });
    }
    sending.waiting = busy;
    const [next] = busy;
    if (next) throw connection.unavailable(`${next.place.index}, ${next.place.id}`, new Error(reason));
  });
}

/** Written, or not there to be removed, or a copy of what is there in a newer version. */
function isDone({ document }: Item, status: number, error: unknown): boolean {
  if (status < 300 || (status === 404 && error === undefined)) return true;
  return status === 409 && document.version !== undefined;
}
