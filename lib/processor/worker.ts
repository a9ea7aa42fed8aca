import { hostname } from "node:os";
import { join, resolve } from "node:path";
import { loadConfig } from "#lib/config/config";
import { hasCode, isAppError } from "#lib/core/errors";
import { openCrashStorage } from "#lib/crashstorage/registry";
import { searchDocument } from "#lib/fields/document";
import { loadSiglists } from "#lib/signature/siglist-files";
import type { Outcome, Work } from "./outcome";
import { failedCrash, processCrash } from "./process-crash";
import { processingDirectory } from "./processing-directory";
import { createStackwalk } from "./stackwalk";
import { stackwalkOptions } from "./stackwalk-options";

const { config } = loadConfig();
const dataDirectory = resolve(config.dataDirectory);
const storage = await openCrashStorage(config.crashStorage, config);
const siglists = await loadSiglists(config.siglistsDirectory);
const stackwalk = createStackwalk(stackwalkOptions(config, dataDirectory));
const temporaryDirectory = join(processingDirectory(dataDirectory), String(process.ppid));
const now = () => new Date();

/** Does one piece of work in a worker process, with the settings of the process that started it. */
export async function run(work: Work): Promise<Outcome> {
  try {
    const { raw, processed } = await (work.kind === "process"
      ? processCrash(work.task, {
          storage,
          stackwalk,
          siglists,
          now,
          hostName: hostname(),
          temporaryDirectory,
        })
      : failedCrash(await storage.getRaw(work.task.id), {
          now: now(),
          hostName: hostname(),
          reason: work.reason,
          attempts: work.attempts,
        }));
    await storage.saveProcessed(processed);
    return { kind: "processed", document: searchDocument(processed, raw) };
  } catch (error) {
    if (hasCode(error, "crash_id_not_found")) return { kind: "unknown" };
    return { kind: "failed", ...describe(error) };
  }
}

/** Messages of foreseen errors are fit for everybody; of others only the name is, the rest is for the log. */
function describe(error: unknown) {
  if (isAppError(error))
    return { transient: error.transient, reason: error.message, detail: error.stack ?? "" };
  if (error instanceof Error) return { transient: false, reason: error.name, detail: error.stack ?? "" };
  return { transient: false, reason: "unknown error", detail: String(error) };
}
