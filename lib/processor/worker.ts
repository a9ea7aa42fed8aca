import { hostname } from "node:os";
import { join, resolve } from "node:path";
import { loadConfig } from "#lib/config/config";
import { hasCode, isAppError } from "#lib/core/errors";
import { openCrashStorage } from "#lib/crashstorage/registry";
import { searchDocument } from "#lib/fields/document";
import { undeclaredKeys } from "#lib/fields/redact";
import { loadSiglists } from "#lib/signature/siglist-files";
import { blindingModules } from "#lib/symbols/blinding-modules";
import type { Outcome, Work } from "./outcome";
import { failedCrash, processCrash } from "./process-crash";
import { processingDirectory } from "./processing-directory";
import { publishedVersions } from "./published-versions";
import { createStackwalk } from "./stackwalk";
import { stackwalkOptions } from "./stackwalk-options";

const { config } = loadConfig();
const dataDirectory = resolve(config.dataDirectory);
const storage = await openCrashStorage(config.crashStorage, config);
const siglists = await loadSiglists(config.siglistsDirectory);
const stackwalk = createStackwalk(stackwalkOptions(config, dataDirectory));
const temporaryDirectory = join(processingDirectory(dataDirectory), String(process.ppid));
const publishedVersionOf =
  config.publishedVersionsUrl === ""
    ? undefined
    : publishedVersions({ url: config.publishedVersionsUrl, now: Date.now });
const now = () => new Date();

/** Ctrl-C, and some service managers, tell every process to stop; the one that hands out the work lets it end first. */
let inWork = 0;
for (const signal of ["SIGINT", "SIGTERM"] as const)
  process.on(signal, () => {
    if (inWork === 0) process.exit();
  });

/** Does one piece of work in a worker process, with the settings of the process that started it. */
export async function run(work: Work): Promise<Outcome> {
  inWork += 1;
  const seconds: Record<string, number> = {};
  const onTimed = (stage: string, took: number) => {
    seconds[stage] = took;
  };
  try {
    const { raw, processed } = await (work.kind === "process"
      ? processCrash(work.task, {
          storage,
          stackwalk,
          siglists,
          ...(publishedVersionOf && { publishedVersionOf }),
          now,
          hostName: hostname(),
          temporaryDirectory,
          onTimed,
        })
      : failedCrash(await storage.getRaw(work.task.id), {
          now: now(),
          hostName: hostname(),
          reason: work.reason,
          attempts: work.attempts,
        }));
    const started = performance.now();
    await storage.saveProcessed(processed, raw);
    onTimed("save", (performance.now() - started) / 1000);
    return {
      kind: "processed",
      document: searchDocument(processed, raw),
      blindingModules: blindingModules(processed),
      seconds,
      undeclared: undeclaredKeys(processed),
    };
  } catch (error) {
    if (hasCode(error, "crash_id_not_found")) return { kind: "unknown" };
    return { kind: "failed", ...describe(error) };
  } finally {
    inWork -= 1;
  }
}

/** Messages of foreseen errors are fit for everybody; of others only the name is, the rest is for the log. */
function describe(error: unknown) {
  if (isAppError(error))
    return { transient: error.transient, reason: error.message, detail: error.stack ?? "" };
  if (error instanceof Error) return { transient: false, reason: error.name, detail: error.stack ?? "" };
  return { transient: false, reason: "unknown error", detail: String(error) };
}
