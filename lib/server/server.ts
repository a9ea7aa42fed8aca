import { join } from "node:path";
import next from "next";
import type { Logger } from "pino";
import { createCollector } from "#lib/collector/handler";
import { loadThrottleRules } from "#lib/collector/throttle-rules";
import { installationDirectory } from "#lib/config/installation";
import { isDevelopment } from "#lib/config/config";
import type { Config } from "#lib/config/settings";
import { emptyDirectory } from "#lib/files/empty-directory";
import { processingDirectory } from "#lib/processor/processing-directory";
import { provideServices, type Services } from "#lib/services";
import { loadSiglists } from "#lib/signature/siglist-files";
import { healthRoutes } from "./health";
import { listen, type RequestHandler } from "./http-server";
import { openServices } from "./open-services";
import { startEmbeddedProcessor } from "./embedded-processor";
import { setSecurityHeaders } from "./security-headers";
import { awaitStackwalker } from "./unwalked-crashes";

/** A running server. */
export interface RunningServer {
  readonly url: string;
  readonly services: Services;
  /** Answers what is in work, finishes the crashes in work, and closes every engine. */
  stop(): Promise<void>;
}

/**
 * Starts everything in one process: collector, processor, web pages and API. Throws BadSetting for a
 * setting that cannot be used, before anything listens.
 */
export async function startServer(config: Config, log: Logger): Promise<RunningServer> {
  const development = isDevelopment();
  const throttleRules = await loadThrottleRules(config.throttleRules);
  await refuseBadSiglists(config);
  const open = await openServices(config, log);
  const { services, dataDirectory } = open;
  provideServices(services);

  const spoolDirectory = join(dataDirectory, "spool");
  await emptyDirectory(spoolDirectory);
  await emptyDirectory(processingDirectory(dataDirectory));
  const collect = createCollector({
    storage: services.storage,
    queue: services.queue,
    spoolDirectory,
    maxPayloadBytes: config.maxPayloadBytes,
    throttleRules,
    trustedToken: config.trustedToken === "" ? null : config.trustedToken,
    log: log.child({ part: "collector" }),
  });
  const pages = await preparePages(development);
  const plain = new Map([...healthRoutes(services), ["/submit", collect] as const]);
  const server = await listen({ plain, other: pages.handle }, config, log).catch(async (error: unknown) => {
    await pages.close();
    await open.close();
    throw error;
  });
  const processor = startEmbeddedProcessor(services);
  const stopWaiting = awaitStackwalker(services);

  return {
    url: server.url,
    services,
    async stop() {
      stopWaiting();
      await server.close();
      await processor.stop();
      await pages.close();
      await open.close();
    },
  };
}

/** Workers read the lists for themselves, but too late to stop the start. */
async function refuseBadSiglists({ siglistsDirectory }: Config): Promise<void> {
  await loadSiglists(siglistsDirectory);
}

async function preparePages(
  development: boolean,
): Promise<{ handle: RequestHandler; close(): Promise<void> }> {
  const app = next({ dev: development, dir: installationDirectory() });
  await app.prepare();
  const handleRequest = app.getRequestHandler();
  return {
    handle(request, response) {
      setSecurityHeaders(request, response, development);
      return handleRequest(request, response);
    },
    close: () => app.close(),
  };
}
