import { join } from "node:path";
import type { Logger } from "pino";
import { createCollector } from "#lib/collector/handler";
import { loadThrottleRules } from "#lib/collector/throttle-rules";
import type { Config } from "#lib/config/settings";
import type { CrashStorage } from "#lib/crashstorage/storage";
import { ownDirectory } from "#lib/files/own-directory";
import type { CrashQueue } from "#lib/queue/queue";
import type { RequestHandler } from "./http-server";

/** `/submit` over open stores. Throws BadSetting for throttle rules that cannot be used. */
export async function collectorRoute(
  { storage, queue }: { readonly storage: CrashStorage; readonly queue: CrashQueue },
  dataDirectory: string,
  config: Config,
  log: Logger,
): Promise<RequestHandler> {
  const throttleRules = await loadThrottleRules(config.throttleRules);
  return createCollector({
    storage,
    queue,
    spoolDirectory: await ownDirectory(join(dataDirectory, "spool")),
    maxPayloadBytes: config.maxPayloadBytes,
    throttleRules,
    trustedToken: config.trustedToken === "" ? null : config.trustedToken,
    log: log.child({ part: "collector" }),
  });
}
