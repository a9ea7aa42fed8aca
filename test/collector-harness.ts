import { once } from "node:events";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import {
  createServer,
  request as httpRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
} from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { pino } from "pino";
import { afterEach, beforeEach, expect } from "vitest";
import { createCollector, type CollectorOptions } from "#lib/collector/handler";
import { ACCEPT_ALL } from "#lib/collector/throttle-rules";
import type { RawCrash } from "#lib/core/crash";
import { parseCrashId, type CrashId } from "#lib/core/crash-id";
import { openCrashStorage } from "#lib/crashstorage/registry";
import type { CrashStorage } from "#lib/crashstorage/storage";
import type { CrashQueue } from "#lib/queue/queue";
import { openCrashQueue } from "#lib/queue/registry";

export const BOUNDARY = "----crash-stats-test";
/** Content type of what `encode` makes. */
export const MULTIPART = { "Content-Type": `multipart/form-data; boundary=${BOUNDARY}` };
/** Largest payload that is taken. */
export const LIMIT = 26_214_400;

/** One part of a submission. */
export interface PartSpec {
  readonly name?: string;
  readonly fileName?: string;
  readonly type?: string;
  readonly content: string | Uint8Array;
}

/** A multipart body; another `end` than the right one breaks it. */
export function encode(parts: readonly PartSpec[], end = `--${BOUNDARY}--\r\n`): Buffer {
  const chunks = parts.flatMap(({ name, fileName, type, content }) => {
    const disposition = [
      "form-data",
      ...(name === undefined ? [] : [`name="${name}"`]),
      ...(fileName === undefined ? [] : [`filename="${fileName}"`]),
    ].join("; ");
    const headers = [
      `Content-Disposition: ${disposition}`,
      ...(type === undefined ? [] : [`Content-Type: ${type}`]),
    ];
    return [`--${BOUNDARY}\r\n${headers.join("\r\n")}\r\n\r\n`, content, "\r\n"];
  });
  return Buffer.concat([...chunks, end].map((chunk) => Buffer.from(chunk)));
}

export const annotation = (name: string, content: string | Uint8Array): PartSpec => ({ name, content });
export const product = annotation("ProductName", "Kestrel");
export const dump = (content: Uint8Array, name = "upload_file_minidump"): PartSpec => {
  return { name, fileName: "x.dmp", type: "application/octet-stream", content };
};

export interface Answer {
  readonly status: number;
  readonly body: string;
  readonly headers: IncomingHttpHeaders;
}

/** The crash id of an accepted submission; fails the test for any other answer. */
export function acceptedId({ status, body }: Answer): CrashId {
  expect(status).toBe(200);
  const id = parseCrashId(/^CrashID=(bp-.*)\n$/.exec(body)?.[1] ?? "");
  if (!id) throw new Error(`not accepted: ${body}`);
  return id;
}

/** A collector for each test of a file, over real storage and queue in a directory of its own. */
export interface CollectorHarness {
  readonly directory: string;
  readonly storage: CrashStorage;
  readonly queue: CrashQueue;
  readonly port: number;
  start(options?: Partial<CollectorOptions>): Promise<void>;
  /** Several chunks are sent as such. */
  post(
    body: Uint8Array | readonly Uint8Array[],
    headers?: Record<string, string>,
    path?: string,
  ): Promise<Answer>;
  rawOf(answer: Answer): Promise<RawCrash>;
  metadataOf(answer: Answer): Promise<Record<string, unknown>>;
  /** How many crashes wait to be processed. */
  queued(): Promise<number>;
}

/** Registers the hooks that set it up, and that check after each test that the spool is empty. */
export function collectorHarness(): CollectorHarness {
  const harness = { port: 0 } as { -readonly [Key in keyof CollectorHarness]: CollectorHarness[Key] };
  let server: Server | undefined;

  beforeEach(async () => {
    harness.directory = await mkdtemp(join(tmpdir(), "collector-"));
    harness.storage = await openCrashStorage("fs-permanent", { dataDirectory: harness.directory });
    harness.queue = await openCrashQueue("fs:", harness.directory);
  });

  afterEach(async () => {
    server?.closeAllConnections();
    await new Promise((resolve) => server?.close(resolve));
    expect(await readdir(join(harness.directory, "spool")).catch(() => [])).toEqual([]);
    await harness.queue.close();
    await harness.storage.close();
    await rm(harness.directory, { recursive: true });
  });

  harness.start = async (options = {}) => {
    const collect = createCollector({
      storage: harness.storage,
      queue: harness.queue,
      spoolDirectory: join(harness.directory, "spool"),
      maxPayloadBytes: LIMIT,
      throttleRules: ACCEPT_ALL,
      trustedToken: null,
      log: pino({ level: "silent" }),
      ...options,
    });
    const started = createServer((request, response) => void collect(request, response));
    await new Promise<void>((resolve) => started.listen(0, "127.0.0.1", resolve));
    harness.port = (started.address() as AddressInfo).port;
    server = started;
  };

  harness.post = async (body, headers = MULTIPART, path = "/submit") => {
    const request = httpRequest({ port: harness.port, host: "127.0.0.1", path, method: "POST", headers });
    const answered = once(request, "response") as Promise<[IncomingMessage]>;
    const sent = once(request, "finish");
    for (const chunk of body instanceof Uint8Array ? [] : body) request.write(chunk);
    request.end(body instanceof Uint8Array ? body : undefined);
    const [response] = await answered;
    const [content] = await Promise.all([text(response), sent]);
    return { status: response.statusCode ?? 0, body: content, headers: response.headers };
  };

  harness.rawOf = (answer) => harness.storage.getRaw(acceptedId(answer));
  harness.metadataOf = async (answer) => (await harness.rawOf(answer)).metadata as Record<string, unknown>;
  harness.queued = async () => (await harness.queue.depths()).standard.waiting ?? NaN;
  return harness;
}
