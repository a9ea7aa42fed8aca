import type { Logger } from "pino";
import type { RateLimits } from "#lib/api/rate-limits";
import type { Config } from "#lib/config/settings";
import type { CrashStorage } from "#lib/crashstorage/storage";
import type { Database } from "#lib/db/database";
import type { SearchReader } from "#lib/middleware/search-reader";
import type { CrashQueue } from "#lib/queue/queue";
import type { SearchEngine } from "#lib/search/engine";

/** What the parts of the server work with. They get it handed, and know no driver. */
export interface Services {
  readonly config: Config;
  readonly storage: CrashStorage;
  readonly queue: CrashQueue;
  readonly search: SearchEngine;
  /** What MIDDLEWARE_SERVICES names in place of `storage` and `search`; null for nothing. */
  readonly elsewhere: { readonly storage: CrashStorage | null; readonly search: SearchEngine | null };
  /** Where pages and API read crashes. */
  readonly crashData: CrashReader;
  /** Where pages and API search. */
  readonly superSearch: SearchReader;
  readonly database: Database;
  readonly rateLimits: RateLimits;
  /** Of attempts to sign in. */
  readonly signInLimits: RateLimits;
  readonly log: Logger;
  /** Of this program. */
  readonly version: string;
}

/** A crash storage for those who only read. */
export type CrashReader = Pick<CrashStorage, "name" | "getRaw" | "getUnredactedProcessed" | "getDump">;

/** What pages, routes and commands work with, by way of the middleware: nothing that it reads from. */
export type MiddlewareServices = Omit<Services, "storage" | "search" | "elsewhere">;

const place = Symbol.for("crash-stats.services");

interface Holder {
  [place]?: Services;
}

/** Makes the services of this process known to its web pages, which are bundled apart from the server. */
export function provideServices(services: Services): void {
  (globalThis as Holder)[place] = services;
}

/** The services of this process. Throws when the pages were started by something other than the server. */
export function services(): Services {
  const provided = (globalThis as Holder)[place];
  if (!provided)
    throw new Error("The web pages run inside the crash-stats server; start them with npm start.");
  return provided;
}
