import { mkdir } from "node:fs/promises";
import { resolve } from "node:path";
import type { Logger } from "pino";
import { createRateLimits } from "#lib/api/rate-limits";
import { installedVersion } from "#lib/config/installation";
import type { Config } from "#lib/config/settings";
import { openCrashStorage, type StorageReports } from "#lib/crashstorage/registry";
import type { CrashStorage } from "#lib/crashstorage/storage";
import { openDatabase } from "#lib/db/open-database";
import type { QueueReports } from "#lib/queue/broker";
import { answerCache } from "#lib/middleware/answer-cache";
import { announcingWrites, searchReader } from "#lib/middleware/search-reader";
import { planServices } from "#lib/middleware/service-plans";
import type { CrashQueue } from "#lib/queue/queue";
import { openCrashQueue } from "#lib/queue/registry";
import { holdDataDirectory, openSearchEngine, type SearchSettings } from "#lib/search/registry";
import type { Services } from "#lib/services";

/** How often one address may try to sign in, whoever sits there. */
const SIGN_IN_ATTEMPTS_PER_MINUTE = 20;

/** Something that is open, and how to close it. */
export interface Open<T> {
  readonly services: T;
  /** Absolute. */
  readonly dataDirectory: string;
  close(): Promise<void>;
}

/** Services that are open. */
export type OpenServices = Open<Services>;

/** What taking a crash needs. */
export interface Stores {
  readonly storage: CrashStorage;
  readonly queue: CrashQueue;
}

/**
 * Opens everything the settings name. A data folder of which another process has an embedded engine is refused, naming
 * that process, before the database is opened.
 */
export function openServices(config: Config, log: Logger): Promise<OpenServices> {
  return opening(config, async (opened, dataDirectory) => {
    const plans = planServices(config.middlewareServices, config);
    const cache = answerCache({ sizeBytes: config.middlewareCacheBytes });
    const openSearch = async (settings: SearchSettings) =>
      announcingWrites(await opened(openSearchEngine(settings)), () => {
        cache.clear();
      });
    const search = await openSearch({ ...config, dataDirectory });
    if (config.databaseUrl === "") await opened(holdDataDirectory(dataDirectory));
    const database = await opened(openDatabase({ ...config, dataDirectory }));
    const stores = await openInto(opened, config, log, dataDirectory);
    const { crashData, superSearch } = plans;
    const elsewhere = {
      storage: crashData ? await opened(openCrashStorage(crashData, config, storageReports(log))) : null,
      search: superSearch ? await openSearch(superSearch) : null,
    };
    const rateLimits = createRateLimits({
      anonymous: config.apiRateLimitPerMinute,
      authenticated: config.apiRateLimitAuthenticatedPerMinute,
    });
    const attempts = SIGN_IN_ATTEMPTS_PER_MINUTE;
    const signInLimits = createRateLimits({ anonymous: attempts, authenticated: attempts });
    return {
      config,
      log,
      database,
      search,
      ...stores,
      elsewhere,
      crashData: elsewhere.storage ?? stores.storage,
      superSearch: searchReader(elsewhere.search ?? search, cache),
      rateLimits,
      signInLimits,
      version: installedVersion(),
    };
  });
}

/** Opens crash storage and queue alone. */
export function openStores(config: Config, log: Logger): Promise<Open<Stores>> {
  return opening(config, (opened, dataDirectory) => openInto(opened, config, log, dataDirectory));
}

type Opened = <T extends { close(): Promise<void> }>(opening: Promise<T>) => Promise<T>;

async function openInto(opened: Opened, config: Config, log: Logger, dataDirectory: string): Promise<Stores> {
  const storage = await opened(openCrashStorage(config.crashStorage, config, storageReports(log)));
  const queue = await opened(openCrashQueue(config.crashQueueUrl, dataDirectory, queueReports(log)));
  return { storage, queue };
}

/** Keeps what is opened, in order, to close it in the opposite one; what was opened before a failure is closed again. */
async function opening<T>(
  config: Config,
  open: (opened: Opened, dataDirectory: string) => Promise<T>,
): Promise<Open<T>> {
  const dataDirectory = resolve(config.dataDirectory);
  await mkdir(dataDirectory, { recursive: true });
  const closers: (() => Promise<void>)[] = [];
  const close = async () => {
    for (const closing of closers.splice(0)) await closing();
  };
  try {
    const services = await open(async (service) => {
      const opened = await service;
      closers.unshift(() => opened.close());
      return opened;
    }, dataDirectory);
    return { services, dataDirectory, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function storageReports(log: Logger): StorageReports {
  const storageLog = log.child({ part: "crashstorage" });
  return {
    onFallback: (error) =>
      storageLog.fatal({ err: error }, "the primary crash storage failed; its fallback is used"),
    onTimed: (tag, method, seconds) => storageLog.debug({ tag, method, seconds }, "crash storage was used"),
  };
}

function queueReports(log: Logger): QueueReports {
  const queueLog = log.child({ part: "queue" });
  return {
    onAway: (secondsLeft, error) =>
      queueLog.warn({ err: error, secondsLeft }, "the queue is away; it is asked again"),
    onDropped: (queue, text) =>
      queueLog.warn({ queue, text: text.slice(0, 100) }, "a message that is no crash id was dropped"),
    onRetryLost: ({ id }, error) =>
      queueLog.warn(
        { err: error, crashId: id },
        "a retry could not be queued; the crash comes again at once",
      ),
  };
}
