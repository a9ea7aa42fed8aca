import type { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { Busboy } from "@fastify/busboy";
import { isJsonArray, isJsonObject, type Json, type JsonObject } from "#lib/core/json";
import { isAppError } from "#lib/core/errors";
import { malformed } from "./refusal";
import type { Spool, SpooledDump } from "./spool";

/** What a submission brought, taken apart. */
export interface Payload {
  /** `json`: the annotations came as one JSON part; `multipart`: each as a part of its own. */
  readonly kind: "json" | "multipart";
  readonly annotations: Map<string, Json>;
  readonly dumps: Map<string, SpooledDump>;
  /** What was odd about it, for the raw crash's metadata. */
  readonly notes: string[];
}

/** Names a dump may not have: stores keep other things under them. */
const RESERVED_DUMP_NAMES: ReadonlySet<string> = new Set(["dump_names", "processed_crash", "raw_crash"]);
const LONGEST_DUMP_NAME = 30;
const LARGEST_ANNOTATION_BYTES = 20 * 1024 * 1024;
const LARGEST_PART_HEADER_BYTES = 8_192;

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
    hasJson: false,
    hasText: false,
  };
  await forEachPart(body, boundary, (part) => readPart(part, state, spool));
  if (state.hasJson && state.hasText) state.notes.push("includes annotations as json and as key/value parts");
  if (state.annotations.size === 0) throw malformed("no_annotations");
  const { annotations, dumps, notes } = state;
  return { kind: state.hasJson ? "json" : "multipart", annotations, dumps, notes };
}

interface ReadingState extends Omit<Payload, "kind"> {
  annotations: Map<string, Json>;
  hasJson: boolean;
  hasText: boolean;
}

interface Part {
  readonly name: string | undefined;
  readonly fileName: string | undefined;
  readonly contentType: string;
  readonly content: Readable;
}

/**
 * Hands out the parts as they come, and applies what each came to in their order, whichever was read
 * first. Settles when no part is being read any more.
 */
function forEachPart(
  body: Readable,
  boundary: string,
  read: (part: Part) => Promise<() => void>,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const parser = new Busboy({
      headers: { "content-type": `multipart/form-data; boundary="${boundary}"` },
      limits: { headerSize: LARGEST_PART_HEADER_BYTES },
      isPartAFile: () => true,
    });
    const open = new Set<Readable>();
    const readings: Promise<() => void>[] = [];
    const fail = (error: unknown) => {
      body.unpipe(parser);
      for (const content of open) content.destroy();
      const refusal = isAppError(error) ? error : malformed("invalid_payload_structure", error);
      void Promise.allSettled(readings).then(() => reject(refusal));
    };
    parser.on("file", (...[name, content, fileName, , contentType]) => {
      open.add(content);
      content.once("error", fail);
      content.once("close", () => open.delete(content));
      const reading = read({ name, fileName, contentType, content });
      reading.catch(fail);
      readings.push(reading);
    });
    parser.once("error", fail);
    parser.once("finish", () => {
      const applying = Promise.all(readings).then((applies) => applies.forEach((apply) => apply()));
      applying.then(resolve, fail);
    });
    body.once("error", fail);
    body.pipe(parser);
  });
}

async function readPart(
  { name, fileName, contentType, content }: Part,
  state: ReadingState,
  spool: Spool,
): Promise<() => void> {
  if (!name) {
    content.resume();
    return () => undefined;
  }
  if (contentType.startsWith("application/json")) {
    const bytes = await buffer(content);
    return () => applyJson(bytes, state);
  }
  if (contentType === "text/plain" && fileName === undefined) {
    const bytes = await buffer(content);
    return () => applyAnnotation(name, bytes, state);
  }
  const dumpName = name.replace(/[^A-Za-z0-9_]/g, "").slice(0, LONGEST_DUMP_NAME);
  if (RESERVED_DUMP_NAMES.has(dumpName)) throw malformed("invalid_dump_name");
  const dump = await spool.write(content);
  return () => {
    if (contentType !== "application/octet-stream")
      state.notes.push(`unknown content type: ${name} ${contentType}`);
    state.dumps.set(dumpName, dump);
  };
}

function applyJson(content: Buffer, state: ReadingState): void {
  const text = decode(content);
  if (text === null) throw malformed("invalid_json");
  const entries = Object.entries(parseObject(text)).map(([key, item]): [string, Json] => {
    return [wellFormed(key, state.notes), wellFormedJson(item ?? null, state.notes)];
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

function applyAnnotation(name: string, content: Buffer, state: ReadingState): void {
  state.hasText = true;
  if (content.length > LARGEST_ANNOTATION_BYTES) {
    state.notes.push(`${name} dropped: larger than 20 MiB`);
    return;
  }
  const text = decode(content);
  if (text === null) state.notes.push(`${name} dropped: not UTF-8 text`);
  else state.annotations.set(name, text);
}

function decode(content: Buffer): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(content);
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

function wellFormedJson(value: Json, notes: string[]): Json {
  if (typeof value === "string") return wellFormed(value, notes);
  if (isJsonArray(value)) return value.map((item) => wellFormedJson(item, notes));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [wellFormed(key, notes), wellFormedJson(item ?? null, notes)]),
  );
}
