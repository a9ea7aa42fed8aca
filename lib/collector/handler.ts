import { randomUUID, timingSafeEqual } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Logger } from "pino";
import type { CrashId } from "#lib/core/crash-id";
import { hasCode, isAppError } from "#lib/core/errors";
import type { CrashStorage } from "#lib/crashstorage/storage";
import type { CrashQueue } from "#lib/queue/queue";
import { acceptPayload } from "./accept";
import { sendAnswer, type Answer } from "./answer";
import { openBody, type Body } from "./body";
import { withCanonicalNames } from "./client-names";
import { boundaryOf } from "./content-type";
import { keeper, type Keep } from "./keep";
import { readPayload } from "./payload";
import { malformed, Refusal } from "./refusal";
import { openSpool, type Spool } from "./spool";
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
  /** Random UUIDs in lower case. */
  readonly randomUuid?: () => string;
}

/** What became of a submission, for the client and for the log. */
interface Outcome {
  readonly answer: Answer;
  readonly crashId?: CrashId;
  /** The throttle rule that decided. */
  readonly rule?: string;
  readonly dumpCount?: number;
  readonly dumpBytes?: number;
  readonly receivedBytes?: number;
  readonly error?: unknown;
}

/**
 * The collector, `POST /submit`. A crash is acknowledged (`CrashID=bp-<id>`) when its raw crash, its
 * dumps and its queue entry are durable. What is not taken is answered `Discarded=<reason>`; when the
 * crash could not be kept the answer is 5xx, nothing of it is visible, and the client should try again.
 */
export function createCollector(
  options: CollectorOptions,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const keep = keeper(options.storage, options.queue);
  return async (request, response) => {
    if (request.method !== "POST") return sendAnswer(request, response, METHOD_NOT_ALLOWED);
    const started = performance.now();
    const { answer, ...outcome } = await receive(request, options, keep).catch(failed);
    options.log[answer.status >= 500 ? "error" : "info"](
      {
        ...outcome,
        status: answer.status,
        ...(outcome.crashId ? {} : { reason: answer.body }),
        milliseconds: Math.round(performance.now() - started),
      },
      "submission",
    );
    await sendAnswer(request, response, answer);
  };
}

const METHOD_NOT_ALLOWED: Answer = {
  status: 405,
  body: JSON.stringify({ title: "405 Method Not Allowed" }),
  headers: { "Content-Type": "application/json", Allow: "POST" },
};

async function receive(request: IncomingMessage, options: CollectorOptions, keep: Keep): Promise<Outcome> {
  const boundary = boundaryOf(request.headers["content-type"]);
  if (request.headers["content-length"] === "0") throw malformed("no_content_length");
  if (Number(request.headers["content-length"]) > options.maxPayloadBytes)
    throw new Refusal("payload_too_large", 413);
  const trusted = isTrusted(request, options.trustedToken);
  const { maxPayloadBytes: maxBytes, idleSeconds = 70 } = options;
  const body = openBody(request, { maxBytes, idleSeconds });
  const spool = openSpool(options.spoolDirectory, randomUUID());
  const submission = { request, body, boundary, spool, trusted };
  const outcome = await collect(submission, options, keep).catch(failed);
  body.release();
  await spool.remove().catch((error: unknown) => options.log.error({ error }, "spool not emptied"));
  return { ...outcome, receivedBytes: body.receivedBytes() };
}

interface Submission {
  readonly request: IncomingMessage;
  readonly body: Body;
  readonly boundary: string;
  readonly spool: Spool;
  readonly trusted: boolean;
}

async function collect(submission: Submission, options: CollectorOptions, keep: Keep): Promise<Outcome> {
  const { request, body, boundary, spool, trusted } = submission;
  const payload = await readPayload(body.stream, boundary, spool);
  const annotations = withCanonicalNames(payload.annotations, queryOf(request));
  if (annotations.size === 0) throw malformed("no_annotations");
  const { now = () => new Date(), random = Math.random, randomUuid = randomUUID } = options;
  const time = now();
  const decision = throttle(options.throttleRules, annotations, { now: time, random });
  const { rule, result } = decision;
  if (result === "reject") return { answer: { status: 200, body: `Discarded=rule_${rule}` }, rule };
  const accepted = acceptPayload(payload, annotations, {
    now: time,
    randomUuid: randomUuid(),
    decision,
    isCompressed: body.isCompressed,
    receivedBytes: body.receivedBytes(),
    userAgent: request.headers["user-agent"],
    trusted,
  });
  if (result !== "fake_accept") await keep(accepted, { publish: result === "accept" });
  const { id: crashId } = accepted.report;
  const dumps = [...payload.dumps.values()];
  return {
    answer: { status: 200, body: `CrashID=bp-${crashId}\n` },
    crashId,
    rule,
    dumpCount: dumps.length,
    dumpBytes: dumps.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
  };
}

function queryOf(request: IncomingMessage): URLSearchParams {
  const url = request.url ?? "";
  const start = url.indexOf("?");
  return new URLSearchParams(start < 0 ? "" : url.slice(start + 1));
}

/** True for the trusted submitter, false for anybody without a token; a token that is wrong is refused. */
function isTrusted(request: IncomingMessage, trustedToken: string | null): boolean {
  const [scheme, sent = ""] = (request.headers.authorization ?? "").split(/ +/);
  if (scheme?.toLowerCase() !== "bearer") return false;
  const [expected, given] = [Buffer.from(trustedToken ?? ""), Buffer.from(sent)];
  if (trustedToken !== null && expected.length === given.length && timingSafeEqual(expected, given))
    return true;
  throw new Refusal("unauthorized", 401);
}

function failed(error: unknown): Outcome {
  if (hasCode(error, "submission_refused")) return { answer: { status: error.status, body: error.message } };
  const answer = { status: 500, body: "" };
  if (!isAppError(error) || !error.transient) return { answer, error };
  return { answer: { ...answer, status: 503, headers: { "Retry-After": "60" } }, error };
}
