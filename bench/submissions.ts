import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import autocannon from "autocannon";
import { MAIN_DUMP } from "#lib/core/crash";
import { newCrashId } from "#lib/core/crash-id";
import { encodeSubmission, type EncodedSubmission } from "#lib/sampledata/encode-submission";
import { sampleSubmissions } from "#lib/sampledata/submissions";
import type { Measurement } from "./measurement";
import { withDirectory, withServer } from "./workplace";

const CLIENTS = 8;
const DUMP_BYTES = 400_000;

/** How fast submissions are taken, beside a server that does nothing but receive and fsync the same bodies. */
export async function measureSubmissions(seconds: number): Promise<readonly Measurement[]> {
  const submission = await submissionOfSize();
  const load = (what: string, url: string) => underLoad(what, url, submission, seconds);
  const collector = (what: string, settings: Readonly<Record<string, string>>) =>
    withDirectory((directory) => withServer(directory, (url) => load(what, `${url}/submit`), settings));
  return [
    ...(await withBaseline((url) => load("receive and fsync", url))),
    ...(await collector("collector alone", { PROCESSOR_WORKERS: "0" })),
    ...(await collector("collector while crashes are processed", {})),
  ];
}

/** A real crash, padded to the size; readers of minidumps do not mind what follows the streams. */
async function submissionOfSize(): Promise<EncodedSubmission> {
  const now = new Date();
  const [sample] = sampleSubmissions({ count: 1, seed: 1, now });
  const real = await readFile("test/fixtures/crashes/segfault.dmp");
  const dump = Buffer.concat([real, randomBytes(DUMP_BYTES - real.length)]);
  return encodeSubmission({
    crashId: newCrashId(now, crypto.randomUUID(), 0),
    annotations: sample?.annotations ?? {},
    dumps: new Map([[MAIN_DUMP, dump]]),
    format: "multipart",
  });
}

async function underLoad(
  what: string,
  url: string,
  { headers, body }: EncodedSubmission,
  duration: number,
): Promise<readonly Measurement[]> {
  const result = await autocannon({
    url,
    method: "POST",
    headers: { "content-type": headers["content-type"] },
    body: Buffer.from(body),
    connections: CLIENTS,
    duration,
  });
  if (result.non2xx > 0 || result.errors > 0)
    throw new Error(`${what}: ${result.non2xx} refusals and ${result.errors} errors under load`);
  return [
    { what, value: result.requests.total / result.duration, unit: "submissions/s" },
    { what: `${what}, p50`, value: result.latency.p50, unit: "ms" },
    { what: `${what}, p99`, value: result.latency.p99, unit: "ms" },
  ];
}

function withBaseline<T>(work: (url: string) => Promise<T>): Promise<T> {
  return withDirectory(async (directory) => {
    const kept = join(directory, "kept");
    await mkdir(kept);
    const server = spawn(process.execPath, ["--import", "tsx", "bench/receive-and-fsync.ts", kept], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    try {
      const [line] = (await once(server.stdout, "data")) as [Buffer];
      return await work(line.toString().trim());
    } finally {
      server.kill("SIGKILL");
    }
  });
}
