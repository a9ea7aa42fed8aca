import { randomUUID, timingSafeEqual } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import type { Logger } from "pino";
import type { CrashReport } from "#lib/core/crash";
import { hasCode, isAppError } from "#lib/core/errors";
import type { CrashStorage } from "#lib/crashstorage/storage";
import type { CrashQueue } from "#lib/queue/queue";
import { acceptPayload } from "./accept";
import { openBody, type Body } from "./body";
import { withCanonicalNames } from "./client-names";
import { boundaryOf } from "./content-type";
import { readPayload } from "./payload";
import { malformed, Refusal } from "./refusal";
import { openSpool } from "./spool";
import { throttle } from "./throttle";
import type { ThrottleRule } from "./throttle-rule";

export interface CollectorOptions {
  readonly storage: CrashStorage;
  readonly queue: CrashQueue;
  /** Dumps wait here until the submission is complete; best on the file system of the crash storage. */
  readonly spoolDirectory: string;
  /** Largest submission, as sent and after decompression. */
  readonly maxPayloadBytes: number;
  readonly throttleRules: readonly ThrottleRule[];
  /** Bearer token of a submitter whose dates are believed; null: nobody's are. */
  readonly trustedToken: string | null;
  readonly log: Logger;
  /** Longest silence of a client while it sends; 70 unless given. */
  readonly idleSeconds?: number;
  readonly now?: () => Date;
  readonly random?: () => number;
}

interface Answer {
  readonly status: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * The collector, `POST /submit`. A crash is acknowledged (`CrashID=bp-<id>`) when its raw crash, its
 * dumps and its queue entry are durable. What is not taken is answered `Discarded=<reason>`; when the
 * crash could not be kept the answer is 5xx, nothing of it is visible, and the client should try again.
 */
export function createCollector(
  options: CollectorOptions,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  return async (request, response) => {
    const started = performance.now();
    if (request.method !== "POST") {
      await send(request, response, {
        status: 405,
        body: JSON.stringify({ title: "405 Method Not Allowed" }),
        headers: { "Content-Type": "application/json", Allow: "POST" },
      });
      return;
    }
    const answer = await collect(request, options).catch((error: unknown) => answerFor(error));
    const milliseconds = Math.round(performance.now() - started);
    const level = answer.status >= 500 ? "error" : "info";
    options.log[level](
      {
        status: answer.status,
        answer: answer.body.trim(),
        milliseconds,
        error: "error" in answer ? answer.error : undefined,
      },
      "submission",
    );
    await send(request, response, answer);
  };
}

async function collect(request: IncomingMessage, options: CollectorOptions): Promise<Answer> {
  const boundary = boundaryOf(request.headers["content-type"]);
  if (request.headers["content-length"] === "0") throw malformed("no_content_length");
  if (Number(request.headers["content-length"]) > options.maxPayloadBytes)
    throw new Refusal("payload_too_large", 413);
  const trusted = isTrusted(request, options.trustedToken);
  const spool = openSpool(options.spoolDirectory, randomUUID());
  const body = openBody(request, {
    maxBytes: options.maxPayloadBytes,
    idleSeconds: options.idleSeconds ?? 70,
  });
  try {
    const payload = await readPayload(body.stream, boundary, spool);
    const annotations = withCanonicalNames(payload.annotations, queryOf(request));
    const now = options.now?.() ?? new Date();
    const decision = throttle(options.throttleRules, annotations, {
      now,
      random: options.random ?? Math.random,
    });
    if (decision.result === "reject") return { status: 200, body: `Discarded=rule_${decision.rule}` };
    const { report, idWasSent } = acceptPayload(payload, annotations, {
      ...circumstances(request, body),
      now,
      decision,
      trusted,
    });
    if (decision.result !== "fake_accept")
      await keep(report, { idWasSent, publish: decision.result === "accept" }, options);
    return { status: 200, body: `CrashID=bp-${report.id}\n` };
  } finally {
    body.release();
    await spool.remove();
  }
}

function circumstances(request: IncomingMessage, body: Body) {
  return {
    randomUuid: randomUUID(),
    compressed: request.headers["content-encoding"] !== undefined,
    receivedBytes: body.receivedBytes(),
    userAgent: request.headers["user-agent"],
  };
}

/**
 * Saves and queues a report. A crash that is stored already under an id that the client sent stays as
 * it is: the client tries again because an answer got lost. When it cannot be queued it is taken back.
 */
async function keep(
  report: CrashReport,
  { idWasSent, publish }: { readonly idWasSent: boolean; readonly publish: boolean },
  { storage, queue }: CollectorOptions,
): Promise<void> {
  const isStored = idWasSent && (await hasRaw(storage, report));
  if (!isStored) await storage.saveRaw(report);
  if (!publish) return;
  try {
    await queue.publish("standard", [{ id: report.id, ruleset: "default" }]);
  } catch (error) {
    if (!isStored) await storage.remove(report.id);
    throw error;
  }
}

async function hasRaw(storage: CrashStorage, { id }: CrashReport): Promise<boolean> {
  try {
    await storage.getRaw(id);
    return true;
  } catch (error) {
    if (hasCode(error, "crash_id_not_found")) return false;
    throw error;
  }
}

function queryOf(request: IncomingMessage): URLSearchParams {
  const url = request.url ?? "";
  const start = url.indexOf("?");
  return new URLSearchParams(start < 0 ? "" : url.slice(start + 1));
}

/** True for the trusted submitter, false for anybody; a token that is wrong is refused. */
function isTrusted(request: IncomingMessage, trustedToken: string | null): boolean {
  const sent = request.headers.authorization;
  if (sent === undefined) return false;
  const [expected, given] = [Buffer.from(`Bearer ${trustedToken ?? ""}`), Buffer.from(sent)];
  if (trustedToken !== null && expected.length === given.length && timingSafeEqual(expected, given))
    return true;
  throw new Refusal("unauthorized", 401);
}

function answerFor(error: unknown): Answer & { readonly error?: unknown } {
  if (hasCode(error, "submission_refused")) return { status: error.status, body: error.message };
  if (isAppError(error) && error.transient)
    return { status: 503, body: "", headers: { "Retry-After": "60" }, error };
  return { status: 500, body: "", error };
}

const DRAIN_SECONDS = 10;

/**
 * Answers at once, also while the client is still sending, and goes on reading for a while so that it
 * gets to read the answer; a client that does not end is cut off.
 */
async function send(
  request: IncomingMessage,
  response: ServerResponse,
  { status, body, headers }: Answer,
): Promise<void> {
  if (response.destroyed) return;
  response.writeHead(status, {
    "Content-Type": "text/plain; charset=utf-8",
    ...headers,
    "Content-Length": Buffer.byteLength(body),
  });
  response.end(body);
  if (request.complete || request.destroyed) return;
  const done = new AbortController();
  request.once("close", () => done.abort());
  request.once("end", () => done.abort());
  request.resume();
  await delay(DRAIN_SECONDS * 1000, undefined, { signal: done.signal, ref: false }).then(
    () => request.destroy(),
    () => undefined,
  );
}
