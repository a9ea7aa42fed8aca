import type { Readable } from "node:stream";
import { RESERVED_DUMP_NAMES, dumpName } from "#lib/core/crash";
import { isJsonArray, isJsonObject, type Json, type JsonObject } from "#lib/core/json";
import { partsOf, type Part } from "./multipart";
import { malformed } from "./refusal";
import type { Spool, SpooledDump } from "./spool";

/** What a submission brought, taken apart. */
export interface Payload {
  /** `json`: the annotations came as one JSON part; `multipart`: each as a part of its own. */
  readonly kind: "json" | "multipart";
  readonly annotations: ReadonlyMap<string, Json>;
  readonly dumps: ReadonlyMap<string, SpooledDump>;
  /** What was odd about it, for the raw crash's metadata. */
  readonly notes: readonly string[];
}

const LONGEST_DUMP_NAME = 30;
/** A dump costs a synced file, so that many tiny ones would keep the disk from everybody else. */
const MOST_DUMPS = 100;
const LARGEST_ANNOTATION_BYTES = 20 * 1024 * 1024;
/** No client nests so deep; deeper values are beyond what reads them later. */
const DEEPEST_JSON = 100;

interface ReadingState {
  annotations: Map<string, Json>;
  readonly dumps: Map<string, SpooledDump>;
  readonly notes: string[];
  dumpCount: number;
  hasJson: boolean;
  hasText: boolean;
}

/**
 * Reads a multipart body. A JSON part replaces all annotations before it; a text part without a file
 * name is one annotation; every other part is a dump and goes to the spool. Throws a Refusal for a
 * body that cannot be read, and StorageUnavailable when the spool cannot be written.
 */
export async function readPayload(body: Readable, boundary: string, spool: Spool): Promise<Payload> {
  const state: ReadingState = {
    annotations: new Map(),
    dumps: new Map(),
    notes: [],
    dumpCount: 0,
    hasJson: false,
    hasText: false,
  };
  for await (const part of partsOf(body, boundary)) {
    if (part.name) await readPart(part.name, part, state, spool);
  }
  if (state.hasJson && state.hasText) state.notes.push("includes annotations as json and as key/value parts");
  const { annotations, dumps, notes } = state;
  return { kind: state.hasJson ? "json" : "multipart", annotations, dumps, notes };
}

async function readPart(name: string, part: Part, state: ReadingState, spool: Spool): Promise<void> {
  const { contentType, content } = part;
  if (contentType.startsWith("application/json")) applyJson(await bytesOf(content), state);
  else if (contentType === "text/plain" && !part.isFile)
    applyAnnotation(name, decodeText(await bytesOf(content), part.charset), state);
  else await addDump(name, part, state, spool);
}

async function bytesOf(content: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of content) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function addDump(
  name: string,
  { contentType, content }: Part,
  state: ReadingState,
  spool: Spool,
): Promise<void> {
  const kept = name.replace(/[^A-Za-z0-9_]/g, "").slice(0, LONGEST_DUMP_NAME);
  if (RESERVED_DUMP_NAMES.has(kept)) throw malformed("invalid_dump_name");
  if (++state.dumpCount > MOST_DUMPS) throw malformed("too_many_dumps");
  if (contentType !== "application/octet-stream")
    state.notes.push(`unknown content type: ${name} ${contentType}`);
  state.dumps.set(dumpName(kept || "unnamed"), await spool.write(content));
}

function applyJson(content: Buffer, state: ReadingState): void {
  const text = decode(content, "utf-8");
  if (text === null) throw malformed("invalid_json");
  const entries = Object.entries(parseObject(text)).map(([key, item]): [string, Json] => {
    return [wellFormed(key, state.notes), wellFormedJson(item ?? null, state.notes, 1)];
  });
  state.annotations = new Map(entries);
  state.hasJson = true;
}

function parseObject(text: string): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw malformed("invalid_json", cause);
  }
  if (!isJsonObject(value)) throw malformed("invalid_json_value");
  return value;
}

type Decoded = { readonly text: string } | { readonly dropped: string };

function decodeText(content: Buffer, charset = "utf-8"): Decoded {
  if (content.length > LARGEST_ANNOTATION_BYTES) return { dropped: "larger than 20 MiB" };
  const text = decode(content, charset);
  return text === null ? { dropped: `not ${charset.toUpperCase()} text` } : { text };
}

function applyAnnotation(name: string, decoded: Decoded, state: ReadingState): void {
  state.hasText = true;
  if ("text" in decoded) state.annotations.set(name, decoded.text);
  else state.notes.push(`${name} dropped: ${decoded.dropped}`);
}

/** Null when the content is not of that charset, or nobody knows the charset. */
function decode(content: Buffer, charset: string): string | null {
  try {
    return new TextDecoder(charset, { fatal: true, ignoreBOM: true }).decode(content);
  } catch {
    return null;
  }
}

const MADE_WELL_FORMED = "text with lone surrogates was made well-formed";

function wellFormed(text: string, notes: string[]): string {
  if (text.isWellFormed()) return text;
  if (!notes.includes(MADE_WELL_FORMED)) notes.push(MADE_WELL_FORMED);
  return text.toWellFormed();
}

function wellFormedJson(value: Json, notes: string[], depth: number): Json {
  if (typeof value === "string") return wellFormed(value, notes);
  if (depth > DEEPEST_JSON) throw malformed("invalid_json_value");
  if (isJsonArray(value)) return value.map((item) => wellFormedJson(item, notes, depth + 1));
  if (!isJsonObject(value)) return value;
  const entries = Object.entries(value).map(([key, item]) => [
    wellFormed(key, notes),
    wellFormedJson(item ?? null, notes, depth + 1),
  ]);
  return Object.fromEntries(entries) as JsonObject;
}
