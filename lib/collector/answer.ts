import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as delay } from "node:timers/promises";

export interface Answer {
  readonly status: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** How much is still read behind an early answer, so that a client that writes before it reads gets to read it. */
const DRAIN_MS = 10_000;
const DRAIN_BYTES = 64 * 1024 * 1024;

/**
 * Answers at once, also while the client is still sending; then goes on reading for a while and closes
 * the connection. Closing at once would make the client lose the answer.
 */
export async function sendAnswer(
  request: IncomingMessage,
  response: ServerResponse,
  { status, body, headers }: Answer,
): Promise<void> {
  if (response.destroyed) return;
  const isEarly = !request.complete;
  response.writeHead(status, {
    "Content-Type": "text/plain; charset=utf-8",
    ...headers,
    "Content-Length": Buffer.byteLength(body),
    ...(isEarly ? { Connection: "close" } : {}),
  });
  response.write(body);
  if (isEarly && status !== 408) await drain(request);
  response.end();
}

async function drain(request: IncomingMessage): Promise<void> {
  if (request.complete || request.destroyed) return;
  const enough = new AbortController();
  const stop = () => enough.abort();
  let bytesLeft = DRAIN_BYTES;
  request.on("data", (chunk: Buffer) => {
    bytesLeft -= chunk.length;
    if (bytesLeft < 0) stop();
  });
  request.once("end", stop);
  request.once("close", stop);
  request.resume();
  await delay(DRAIN_MS, undefined, { signal: enough.signal, ref: false }).catch(() => undefined);
}
