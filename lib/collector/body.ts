import type { IncomingMessage } from "node:http";
import { Transform, type Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { malformed, Refusal } from "./refusal";

export interface BodyLimits {
  /** Largest body, both as sent and after decompression. */
  readonly maxBytes: number;
  /** Longest silence of the client while it sends. */
  readonly idleSeconds: number;
}

/** The bytes of a request, decompressed and within limits. */
export interface Body {
  /** Fails with a Refusal: empty, too large, broken gzip, cut off, or silent for too long. */
  readonly stream: Readable;
  readonly isCompressed: boolean;
  /** Bytes as they were sent, so far. */
  receivedBytes(): number;
  /** Stops reading, without breaking the connection. */
  release(): void;
}

const tooLarge = () => new Refusal("payload_too_large", 413);

/** Opens the body of a request. Errors of the stream never destroy the request, so that it can still be answered. */
export function openBody(request: IncomingMessage, limits: BodyLimits): Body {
  let received = 0;
  const counted = limited(limits.maxBytes, (bytes) => (received = bytes));
  const isCompressed = request.headers["content-encoding"]?.trim().toLowerCase() === "gzip";
  const stream = isCompressed ? decompressed(counted, limits.maxBytes) : counted;
  const fail = (refusal: Refusal) => stream.destroy(refusal);

  const idle = setTimeout(() => fail(new Refusal("timeout", 408)), limits.idleSeconds * 1000);
  const onData = () => idle.refresh();
  const onGone = () => {
    if (!request.complete) fail(malformed("incomplete_body"));
  };
  request.on("data", onData);
  request.once("close", onGone);
  request.on("error", onGone);
  request.pipe(counted);
  stream.once("close", () => clearTimeout(idle));

  return {
    stream,
    isCompressed,
    receivedBytes: () => received,
    release() {
      clearTimeout(idle);
      request.unpipe(counted);
      request.off("data", onData);
      counted.destroy();
      stream.destroy();
    },
  };
}

function limited(maxBytes: number, onBytes: (total: number) => void = () => undefined): Transform {
  let total = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      total += chunk.length;
      onBytes(total);
      if (total > maxBytes) done(tooLarge());
      else done(null, chunk);
    },
    flush: (done) => done(total === 0 ? malformed("no_content_length") : null),
  });
}

function decompressed(compressed: Transform, maxBytes: number): Transform {
  const gunzip = createGunzip();
  const plain = limited(maxBytes);
  compressed.once("error", (error) => plain.destroy(error));
  gunzip.once("error", (error) => plain.destroy(malformed("bad_gzip", error)));
  plain.once("close", () => {
    compressed.unpipe(gunzip);
    gunzip.destroy();
  });
  compressed.pipe(gunzip).pipe(plain);
  return plain;
}
