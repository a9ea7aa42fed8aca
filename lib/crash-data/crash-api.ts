import { createWriteStream } from "node:fs";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { isDumpName, MAIN_DUMP, type DumpFile, type ProcessedCrash, type RawCrash } from "#lib/core/crash";
import type { CrashId } from "#lib/core/crash-id";
import { CrashIdNotFound, hasCode } from "#lib/core/errors";
import { takenChecksums } from "#lib/crashstorage/copy-crash";
import { parseStored } from "#lib/crashstorage/stored-json";
import { apiRequests, statusError, type CrashApiOptions } from "./api-requests";
import type { FetchSource } from "./fetch-crash";

const REQUEST_TIMEOUT_MS = 300_000;

/**
 * Crashes as the REST API shows them to the owner of a token: `RawCrash` and `ProcessedCrash`. Throws CrashIdNotFound,
 * Forbidden, StorageRefused, and when the server does not answer after all attempts RateLimitReached or StorageUnavailable.
 */
export function crashApi(options: CrashApiOptions): FetchSource {
  const { host, signal } = options;
  const request = apiRequests(options);
  const init = () => {
    const limits = [AbortSignal.timeout(REQUEST_TIMEOUT_MS), ...(signal ? [signal] : [])];
    return { signal: AbortSignal.any(limits) };
  };
  const get = <T>(id: CrashId, path: string, read: (response: Response) => Promise<T>): Promise<T> =>
    request({
      path,
      init,
      read,
      refusal: (status, said) =>
        status === 404
          ? new CrashIdNotFound(id)
          : statusError(status, `${host} answered ${status} for ${id}: ${said}`),
    });
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
