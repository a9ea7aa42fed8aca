import { StorageUnavailable } from "#lib/core/errors";
import { isJsonArray, isJsonObject } from "#lib/core/json";
import { limitedBackoffExecutor } from "#lib/transaction/executor";

/** A build as it is asked for. */
export interface Build {
  readonly product: string;
  readonly channel: string;
  readonly buildId: string;
}

/** Tells as which version a build was published, such as `64.0b4`; null where nobody knows. Never throws. */
export type PublishedVersionOf = (build: Build) => Promise<string | null>;

export interface PublishedVersionsOptions {
  /** The endpoint VersionString of a server's API. */
  readonly url: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Seconds before each further attempt; five, from 0.1 on, unless given. */
  readonly delaysSeconds?: readonly number[];
}

const REQUEST_TIMEOUT_MS = 3000;
const DELAYS_SECONDS = [0.1, 0.2, 0.4, 0.8, 1.6];
const KNOWN_MS = 24 * 3_600_000;
const UNKNOWN_MS = 30 * 60_000;
const MOST_KEPT = 5000;

/** Asks a server, and keeps its answers: a version for a day, that there is none for half an hour. */
export function publishedVersions({
  url,
  now,
  delaysSeconds = DELAYS_SECONDS,
}: PublishedVersionsOptions): PublishedVersionOf {
  const execute = limitedBackoffExecutor({ delaysSeconds });
  const kept = new Map<string, { readonly version: string | null; readonly until: number }>();
  return async ({ product, channel, buildId }) => {
    const query = new URLSearchParams({ product, channel, build_id: buildId }).toString();
    const known = kept.get(query);
    if (known && known.until > now()) return known.version;
    const version = await execute(() => ask(`${url}?${query}`)).catch(() => null);
    kept.delete(query);
    kept.set(query, { version, until: now() + (version === null ? UNKNOWN_MS : KNOWN_MS) });
    for (const oldest of [...kept.keys()].slice(0, Math.max(0, kept.size - MOST_KEPT))) kept.delete(oldest);
    return version;
  };
}

/** Throws StorageUnavailable where asking again may help. */
async function ask(url: string): Promise<string | null> {
  const unavailable = (cause: unknown) => {
    throw new StorageUnavailable("The server of published versions does not answer.", { cause });
  };
  const response = await fetch(url, { signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS) }).catch(unavailable);
  if (response.status === 429 || response.status >= 500) return unavailable(response.status);
  const answer: unknown = response.ok ? await response.json().catch(() => null) : null;
  const [hit] = isJsonObject(answer) && isJsonArray(answer.hits) ? answer.hits : [];
  return isJsonObject(hit) && typeof hit.version_string === "string" ? hit.version_string : null;
}
