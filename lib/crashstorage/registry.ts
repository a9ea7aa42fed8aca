import { join, resolve } from "node:path";
import { BadSetting } from "#lib/core/errors";
import type { CrashStorage } from "./storage";

/**
 * Opens the crash storage that the setting CRASHSTORAGE names: `fs-permanent` or
 * `fs-permanent(FOLDER)`. Throws BadSetting for anything else.
 */
export async function openCrashStorage(setting: string, dataDirectory: string): Promise<CrashStorage> {
  const match = /^fs-permanent(?:\((?<folder>[^()]+)\))?$/.exec(setting);
  if (!match)
    throw new BadSetting(
      `CRASHSTORAGE: "${setting}" is not accepted. Accepted: fs-permanent, fs-permanent(FOLDER).`,
    );
  const folder = match.groups?.folder;
  const { fsPermanentStorage } = await import("./drivers/fs/permanent");
  return fsPermanentStorage(folder ? resolve(folder) : join(dataDirectory, "crashes"));
}
