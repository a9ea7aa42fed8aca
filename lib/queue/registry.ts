import { join, resolve } from "node:path";
import { BadSetting } from "#lib/core/errors";
import type { CrashQueue } from "./queue";

/**
 * Opens the queue that the setting CRASHQUEUE_URL names: `fs:` or `fs:FOLDER`. Throws BadSetting
 * for anything else.
 */
export async function openCrashQueue(setting: string, dataDirectory: string): Promise<CrashQueue> {
  const folder = /^fs:(.*)$/.exec(setting)?.[1];
  if (folder === undefined)
    throw new BadSetting(`CRASHQUEUE_URL: "${setting}" is not accepted. Accepted: fs:, fs:FOLDER.`);
  const { fsQueue } = await import("./drivers/fs");
  return fsQueue(folder === "" ? join(dataDirectory, "queue") : resolve(folder));
}
