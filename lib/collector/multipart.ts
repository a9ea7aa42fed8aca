import { Readable } from "node:stream";
import { Dicer } from "@fastify/busboy";
import { parseHeaderValue } from "./header-value";
import { malformed } from "./refusal";

/** One part of a multipart body. */
export interface Part {
  /** Undefined for a part that does not say. */
  readonly name: string | undefined;
  readonly isFile: boolean;
  /** Undefined for a part that does not say. */
  readonly filename: string | undefined;
  /** Media type in lower case. A part that does not say is text, a file that does not say is bytes. */
  readonly contentType: string;
  /** Undefined for a part that does not say. */
  readonly charset: string | undefined;
  readonly content: AsyncIterable<Buffer>;
}

const LARGEST_PART_HEADER_BYTES = 8_192;

/** No client sends so many. Small parts cost more memory than bytes, and compressed they cost the sender nothing. */
const MOST_PARTS = 50_000;

/**
 * The parts of a body as they arrive, in order; a part's content is to be read before the next part is
 * asked for. The body is read to its end, also behind the last part. Parts and contents fail with what
 * the body fails with, or with a Refusal when the body is no such multipart.
 */
export async function* partsOf(body: Readable, boundary: string): AsyncGenerator<Part> {
  const parts = new Readable({ objectMode: true, read: () => undefined });
  const parser = startParsing(body, boundary, parts);
  try {
    for await (const { headers, content } of parts as AsyncIterable<ParsedPart>) {
      yield describePart(headers, contentOf(content, parts));
      content.resume();
    }
  } finally {
    body.unpipe(parser);
  }
}

interface ParsedPart {
  readonly headers: object;
  readonly content: Readable;
}

/** Puts a ParsedPart into `parts` for each part of the body, and ends or destroys `parts` with the body. */
function startParsing(body: Readable, boundary: string, parts: Readable): Dicer {
  const config = { boundary, maxHeaderSize: LARGEST_PART_HEADER_BYTES };
  const parser = new Dicer(config);
  let latest: Readable | undefined;
  let count = 0;
  const fail = (error: Error) => {
    body.unpipe(parser);
    parts.destroy(error);
    latest?.destroy(error);
  };
  parser.on("part", (content) => {
    if (++count > MOST_PARTS) fail(malformed("too_many_parts"));
    latest = content;
    content.on("error", () => undefined);
    content.once("header", (headers) => parts.push({ headers, content } satisfies ParsedPart));
  });
  parser.once("error", (error) => fail(malformed("invalid_payload_structure", error)));
  parser.once("finish", () => {
    body.unpipe(parser);
    if (body.readableEnded) parts.push(null);
    else body.once("end", () => parts.push(null)).resume();
  });
  body.once("error", fail);
  body.pipe(parser);
  return parser;
}

/** When the whole fails, a content fails for the same reason rather than with the parser's own error. */
async function* contentOf(content: Readable, whole: Readable): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of content as AsyncIterable<Buffer>) yield chunk;
  } catch (error) {
    throw whole.errored ?? error;
  }
}

function describePart(headers: object, content: AsyncIterable<Buffer>): Part {
  const { parameters } = parseHeaderValue(headerOf(headers, "content-disposition") ?? "");
  const isFile = parameters.has("filename") || parameters.has("filename*");
  const usualType = isFile ? "application/octet-stream" : "text/plain";
  const type = parseHeaderValue(headerOf(headers, "content-type") ?? usualType);
  return {
    name: parameters.get("name"),
    isFile,
    filename: parameters.get("filename"),
    contentType: type.value,
    charset: type.parameters.get("charset"),
    content,
  };
}

/** The parser hands out header bytes as Latin-1; names are UTF-8. */
function headerOf(headers: object, name: string): string | undefined {
  const values: unknown = Reflect.get(headers, name);
  const value: unknown = Array.isArray(values) ? values[0] : undefined;
  return typeof value === "string" ? Buffer.from(value, "latin1").toString("utf8") : undefined;
}
