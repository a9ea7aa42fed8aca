import { createInterface } from "node:readline/promises";
import { Readable } from "node:stream";
import { parseCrashId, type CrashId } from "#lib/core/crash-id";
import { BadArgument, StorageRefused } from "#lib/core/errors";
import { isJsonObject } from "#lib/core/json";
import type { SiglistTexts } from "#lib/signature/siglists";
import { apiRequests, statusError, type ApiRequest, type CrashApiOptions } from "./api-requests";

const JSON_TYPE = { "Content-Type": "application/json" };

/** What is asked of a server's API to have crashes processed again. */
export interface ProcessingApi {
  /** The ids of all crashes that a search finds, however many; the search is parameters of Super Search. */
  find(search: URLSearchParams, onFound: (count: number) => void): Promise<readonly CrashId[]>;
  /** Has the server queue crashes; all of them, or it throws. */
  reprocess(ids: readonly CrashId[], ruleset: string): Promise<void>;
  /** The signatures that stored crashes have, and those that other lists would give them. */
  tryGrouping(ids: readonly CrashId[], siglists: SiglistTexts): Promise<TriedGrouping>;
  /** Keeps old signatures as redirects, also for bugs; the same again changes nothing. */
  makeKnown(regrouping: KnownRegrouping): Promise<{ readonly redirects: number; readonly bugs: number }>;
}

/** What `GroupingTrial` answers. */
export interface TriedGrouping {
  readonly hits: readonly {
    readonly crash_id: string;
    readonly signature: string;
    readonly new_signature: string;
  }[];
  readonly unprocessed: readonly string[];
}

/** What `Regrouping` takes. */
export interface KnownRegrouping {
  readonly name: string;
  readonly siglists: SiglistTexts;
  readonly moves: readonly {
    readonly signature: string;
    readonly new_signature: string;
    readonly crashes: number;
  }[];
}

/**
 * The endpoints SuperSearch, Reprocessing, GroupingTrial and Regrouping. Throws Forbidden, BadArgument for what the server
 * does not understand, RateLimitReached or StorageUnavailable when it does not answer after all attempts, and
 * StorageRefused.
 */
export function processingApi(options: CrashApiOptions): ProcessingApi {
  const { host, signal } = options;
  const request = apiRequests(options);
  const refusal = (status: number, said: string) => {
    const message = `${host} answered ${status}: ${said}`;
    return status === 400 ? new BadArgument(message) : statusError(status, message);
  };
  const ask = <T>(
    path: string,
    init: ReturnType<NonNullable<ApiRequest<T>["init"]>>,
    read: (response: Response) => Promise<T>,
  ): Promise<T> => request({ path, init: () => init, read, refusal });
  const askJson = <T>(path: string, body: object): Promise<T> =>
    ask(
      path,
      { method: "POST", body: JSON.stringify(body), headers: JSON_TYPE },
      async (response) => (await response.json()) as T,
    );
  return {
    find(search, onFound) {
      const asked = new URLSearchParams(search);
      for (const name of [...asked.keys()].filter((key) => key.startsWith("_") && key !== "_query"))
        asked.delete(name);
      asked.append("_columns", "uuid");
      asked.append("_format", "ndjson");
      return ask(`SuperSearch/?${asked}`, signal ? { signal } : {}, (response) => idsIn(response, onFound));
    },
    async reprocess(ids, ruleset) {
      const body = new URLSearchParams(ids.map((id) => ["crash_ids", `${id}:${ruleset}`]));
      await ask("Reprocessing/", { method: "POST", body }, (response) => response.text());
    },
    tryGrouping: (ids, siglists) => askJson("GroupingTrial/", { crash_ids: ids, siglists }),
    makeKnown: (regrouping) => askJson("Regrouping/", regrouping),
  };
}

async function idsIn({ body }: Response, onFound: (count: number) => void): Promise<readonly CrashId[]> {
  const ids = new Set<CrashId>();
  // Both are the same web stream; the types come from different libraries.
  const input = body ? Readable.fromWeb(body as Parameters<typeof Readable.fromWeb>[0]) : Readable.from([]);
  for await (const line of createInterface({ input })) {
    const hit: unknown = JSON.parse(line);
    const id = isJsonObject(hit) && typeof hit.uuid === "string" ? parseCrashId(hit.uuid) : null;
    if (id === null)
      throw new StorageRefused(`The server listed something that is no crash: ${line.slice(0, 100)}`);
    ids.add(id);
    onFound(ids.size);
  }
  return [...ids];
}
