import { mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { Logger } from "pino";
import { installedVersion } from "#lib/config/installation";
import type { Config } from "#lib/config/settings";
import { openCrashStorage, type StorageReports } from "#lib/crashstorage/registry";
import { openEmbeddedDatabase } from "#lib/db/database";
import { openCrashQueue } from "#lib/queue/registry";
import { openSearchEngine } from "#lib/search/registry";
import type { Services } from "#lib/services";

/** Services that are open, and how to close them. */
export interface OpenServices {
  readonly services: Services;
  /** Absolute. */
  readonly dataDirectory: string;
  close(): Promise<void>;
}

/**
 * Opens everything the settings name. The search engine comes first: it
 * refuses, naming the owner, a data folder that another server has.
 * What was opened before a failure is closed again.
 */
export async function openServices(config: Config, log: Logger): Promise<OpenServices> {
  const dataDirectory = resolve(config.dataDirectory);
  await mkdir(dataDirectory, { recursive: true });
  const closers: (() => Promise<void>)[] = [];
  const opened = async <T extends { close(): Promise<void> }>(opening: Promise<T>): Promise<T> => {
    const service = await opening;
    closers.unshift(() => service.close());
    return service;
  };
  const close = async () => {
    for (const closing of closers.splice(0)) await closing();
  };
  try {
    const search = await opened(openSearchEngine(dataDirectory));
    const database = await opened(openEmbeddedDatabase(join(dataDirectory, "database")));
    const storage = await opened(openCrashStorage(config.crashStorage, config, storageReports(log)));
    const queue = await opened(openCrashQueue(config.crashQueueUrl, dataDirectory));
    return {
      services: { config, log, database, search, storage, queue, version: installedVersion() },
      dataDirectory,
      close,
    };
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
