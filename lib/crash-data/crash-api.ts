import { createWriteStream } from "node:fs";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { isDumpName, MAIN_DUMP, type DumpFile, type ProcessedCrash, type RawCrash } from "#lib/core/crash";
import type { CrashId } from "#lib/core/crash-id";
import {
  CrashIdNotFound,
  Forbidden,
  hasCode,
  isAppError,
  RateLimitReached,
  StorageRefused,
  StorageUnavailable,
} from "#lib/core/errors";
import { takenChecksums } from "#lib/crashstorage/copy-crash";
import { parseStored } from "#lib/crashstorage/stored-json";
import { limitedBackoffExecutor } from "#lib/transaction/executor";
import type { FetchSource } from "./fetch-crash";

export interface CrashApiOptions {
  /** Such as https://crash-stats.mozilla.org. */
  readonly host: string;
  /** Of the API; null: only what everybody may see. */
  readonly token: string | null;
  /** Seconds before each further attempt when the server does not answer; 1, 5, 15 and 60 unless given. */
  readonly delaysSeconds?: readonly number[];
  readonly signal?: AbortSignal;
}

/** Seconds before each further attempt. The last one outlives a limit of requests per minute. */
export const DELAYS_SECONDS = [1, 5, 15, 60];
const REQUEST_TIMEOUT_MS = 300_000;

/** An answer of a server that is busy or not there; anything else it will answer again. */
export const TRANSIENT_STATUS: ReadonlySet<number> = new Set([408, 500, 502, 503, 504]);

/**
 * Crashes as the REST API shows them to the owner of a token: `RawCrash` and `ProcessedCrash`. Throws CrashIdNotFound,
 * Forbidden, StorageRefused, and when the server does not answer after all attempts RateLimitReached or StorageUnavailable.
 */
export function crashApi({
  host,
  token,
  delaysSeconds = DELAYS_SECONDS,
  signal,
}: CrashApiOptions): FetchSource {
  const execute = limitedBackoffExecutor({ delaysSeconds });
  const get = <T>(id: CrashId, path: string, read: (response: Response) => Promise<T>): Promise<T> =>
    execute(
      () =>
        answering(host, async () => {
          const limits = [AbortSignal.timeout(REQUEST_TIMEOUT_MS), ...(signal ? [signal] : [])];
          const response = await fetch(`${host.replace(/\/+$/, "")}/api/${path}`, {
            headers: token === null ? {} : { "Auth-Token": token },
            signal: AbortSignal.any(limits),
          });
          if (!response.ok) throw await refusal(host, id, response);
          return read(response);
        }),
      signal,
    );
  const getJson = (id: CrashId, endpoint: string) =>
    get(id, `${endpoint}/?crash_id=${id}`, async (response) =>
      parseStored(id, await response.text(), "the server"),
    );
  const download = (id: CrashId, name: string, path: string): Promise<DumpFile> =>
    get(id, `RawCrash/?crash_id=${id}&format=raw&name=${encodeURIComponent(name)}`, async ({ body }) => {
      // Both are the same web stream; the types come from different libraries.
      const content = body
        ? Readable.fromWeb(body as Parameters<typeof Readable.fromWeb>[0])
        : Readable.from([]);
      await pipeline(content, createWriteStream(path));
      return { path, sizeBytes: (await stat(path)).size };
    });

  return {
    getRaw: async (id) => (await getJson(id, "RawCrash")) as RawCrash,
    getUnredactedProcessed: async (id) => (await getJson(id, "ProcessedCrash")) as ProcessedCrash,
    async getDumpsAsFiles(id, directory, raw) {
      const listed = takenChecksums(raw);
      const dumps = new Map<string, DumpFile>();
      for (const name of (listed ? Object.keys(listed) : [MAIN_DUMP]).filter(isDumpName))
        try {
          dumps.set(name, await download(id, name, join(directory, `dump-${dumps.size}`)));
        } catch (error) {
          // A raw crash that does not list its dumps may have none.
          if (listed || !hasCode(error, "crash_id_not_found")) throw error;
        }
      return dumps;
    },
  };
}

async function refusal(host: string, id: CrashId, response: Response): Promise<Error> {
  const { status } = response;
  const said = (await response.text()).slice(0, 300);
  if (status === 404) return new CrashIdNotFound(id);
  const message = `${host} answered ${status} for ${id}: ${said}`;
  if (status === 401 || status === 403) return new Forbidden(message);
  if (status === 429) return new RateLimitReached(message);
  return TRANSIENT_STATUS.has(status) ? new StorageUnavailable(message) : new StorageRefused(message);
}

/** Whatever happens on the way to the server and back may not happen the next time. */
export async function answering<T>(host: string, asking: () => Promise<T>): Promise<T> {
  try {
    return await asking();
  } catch (cause) {
    if (isAppError(cause)) throw cause;
    const why = cause instanceof Error ? causeOf(cause) : String(cause);
    throw new StorageUnavailable(`${host} does not answer: ${why}.`, { cause });
  }
}

/** `fetch failed` says little; what failed is below it. */
function causeOf(error: Error): string {
  return error.cause instanceof Error ? error.cause.message : error.message;
}
