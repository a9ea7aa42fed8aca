import next from "next";
import type { Logger } from "pino";
import { refuseHalfProviders } from "#lib/auth/providers";
import { installationDirectory, installedVersion } from "#lib/config/installation";
import { isDevelopment } from "#lib/config/config";
import type { Config } from "#lib/config/settings";
import { scheduledJobs } from "#lib/crontabber/registry";
import { BadSetting, hasCode } from "#lib/core/errors";
import { createMetrics, type Metrics } from "#lib/monitoring/metrics";
import { provideServices, type Services } from "#lib/services";
import type { CrashQueue } from "#lib/queue/queue";
import { loadSiglists } from "#lib/signature/siglist-files";
import { clientAddressSetter } from "./client-address";
import { collectorRoute } from "./collector-route";
import { crontabberOf, crontabberRoutes, startCrontabber } from "./crontabber";
import { healthRoutes, serviceChecks, type HealthChecks } from "./health";
import { listen, type RequestHandler, type Routes } from "./http-server";
import { openServices, openStores, type Open } from "./open-services";
import { metricsRoute } from "./metrics-route";
import { processing } from "./processing";
import { isForged, refuseForged } from "./same-origin";
import { setSecurityHeaders } from "./security-headers";

/** A running process. */
export interface RunningServer {
  readonly url: string;
  /** Answers what is in work, finishes the crashes in work, and closes every engine. */
  stop(): Promise<void>;
}

/** A process that does everything. */
export interface WholeServer extends RunningServer {
  readonly services: Services;
}

/** Something a process does beside answering requests. */
interface Part {
  stop(): Promise<void>;
}

/** How often the server that does everything looks for jobs that are due. */
const TICK_SECONDS = 60;

/**
 * Starts everything in one process: collector, processor, scheduled jobs, web pages and API. Throws BadSetting for a
 * setting that cannot be used, before anything listens.
 */
export async function startServer(config: Config, log: Logger): Promise<WholeServer> {
  await refuseBadSiglists(config);
  refuseHalfProviders(config);
  scheduledJobs(config);
  const open = await openServices(config, log);
  const { checks, start } = processing(open);
  const server = await serve(config, log, {
    open,
    async routesOf(started) {
      const collect = await collectorRoute(open.services, open.dataDirectory, config, log);
      const pages = await started(preparePages(open.services));
      return {
        plain: new Map([...healthAndJobs(open.services, checks), ["/submit", collect]]),
        other: pages.handle,
      };
    },
    beside: [start, () => Promise.resolve(startCrontabber(crontabberOf(open.services), TICK_SECONDS))],
  });
  return { ...server, services: open.services };
}

/** Starts web pages and API alone. Throws BadSetting where they need engines that other processes have open. */
export async function startWeb(config: Config, log: Logger): Promise<RunningServer> {
  refuseEmbeddedEngines("web", config);
  refuseHalfProviders(config);
  scheduledJobs(config);
  const open = await openServices(config, log);
  return serve(config, log, {
    open,
    async routesOf(started) {
      const pages = await started(preparePages(open.services));
      return { plain: healthAndJobs(open.services), other: pages.handle };
    },
  });
}

/** Starts the collector alone, over crash storage and queue. Throws BadSetting. */
export async function startCollector(config: Config, log: Logger): Promise<RunningServer> {
  const open = await openStores(config, log);
  const { queue } = open.services;
  return serve(config, log, {
    open,
    async routesOf() {
      const collect = await collectorRoute(open.services, open.dataDirectory, config, log);
      const health = healthRoutes({ queue: () => queue.depths() }, installedVersion());
      return { plain: new Map([...health, ["/submit", collect]]), other: notFound };
    },
  });
}

/** Starts the processor alone; it answers the health endpoints. Throws BadSetting, as `startWeb` does. */
export async function startProcessor(config: Config, log: Logger): Promise<RunningServer> {
  refuseEmbeddedEngines("processor", config);
  await refuseBadSiglists(config);
  const open = await openServices(config, log);
  const { checks, start } = processing(open);
  return serve(config, log, {
    open,
    routesOf: () => Promise.resolve({ plain: servicesHealth(open.services, checks), other: notFound }),
    beside: [start],
  });
}

/**
 * Starts the scheduled jobs alone: runs what is due, waits `intervalSeconds`, and again. It answers the health endpoints.
 * Throws BadSetting, as `startWeb` does.
 */
export async function startCrontabberAlone(
  config: Config,
  log: Logger,
  intervalSeconds: number,
): Promise<RunningServer> {
  refuseEmbeddedEngines("crontabber", config);
  scheduledJobs(config);
  const open = await openServices(config, log);
  return serve(config, log, {
    open,
    routesOf: () => Promise.resolve({ plain: healthAndJobs(open.services), other: notFound }),
    beside: [() => Promise.resolve(startCrontabber(crontabberOf(open.services), intervalSeconds))],
  });
}

/** What a process is made of. */
interface Parts {
  readonly open: Open<{ readonly queue: CrashQueue }>;
  /** What it hands to `started` is stopped after the last request. */
  readonly routesOf: (started: <P extends Part>(part: Promise<P>) => Promise<P>) => Promise<Routes>;
  /** Begin when the address is known to be free. */
  readonly beside?: readonly ((metrics: Metrics) => Promise<Part>)[];
}

/** Listens, and stops in the opposite order of starting. What cannot listen is closed again. */
async function serve(
  config: Config,
  log: Logger,
  { open, routesOf, beside = [] }: Parts,
): Promise<RunningServer> {
  const parts: Part[] = [];
  const started = async <P extends Part>(starting: Promise<P>) => {
    const part = await starting;
    parts.unshift(part);
    return part;
  };
  let listener: Part = { stop: () => Promise.resolve() };
  const stop = async () => {
    await listener.stop();
    for (const part of parts.splice(0)) await part.stop();
    await open.close();
  };
  try {
    const metrics = createMetrics(open.services.queue);
    const { plain, other } = await routesOf(started);
    const routes = { plain: new Map([...plain, ["/metrics", metricsRoute(metrics)]]), other };
    const server = await listen(routes, config, log);
    listener = { stop: () => server.close() };
    for (const begin of beside) await started(begin(metrics));
    return { url: server.url, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Embedded engines belong to one process, which does everything. */
function refuseEmbeddedEngines(what: string, { elasticsearchUrl, databaseUrl }: Config): void {
  const missing = Object.entries({ ELASTICSEARCH_URL: elasticsearchUrl, DATABASE_URL: databaseUrl })
    .filter(([, url]) => url === "")
    .map(([name]) => name);
  if (missing.length > 0)
    throw new BadSetting(
      `${missing.join(" and ")}: not set, and a ${what} process of its own cannot use the embedded search index ` +
        "and database, which belong to one process. Set what is missing, or use: crash-stats serve",
    );
}

/** Workers read the lists for themselves, but too late to stop the start. */
async function refuseBadSiglists({ siglistsDirectory }: Config): Promise<void> {
  try {
    await loadSiglists(siglistsDirectory);
  } catch (cause) {
    if (!hasCode(cause, "bad_siglist")) throw cause;
    throw new BadSetting(`SIGLISTS_DIR: ${cause.message}`, { cause });
  }
}

function servicesHealth(services: Services, checks: HealthChecks = {}): Routes["plain"] {
  return healthRoutes({ ...serviceChecks(services), ...checks }, services.version);
}

function healthAndJobs(services: Services, checks?: HealthChecks): Routes["plain"] {
  return new Map([...servicesHealth(services, checks), ...crontabberRoutes(crontabberOf(services))]);
}

const notFound: RequestHandler = (_request, response) => {
  response.writeHead(404, { "Content-Type": "text/plain; charset=utf-8" });
  response.end("Not Found\n");
  return Promise.resolve();
};

async function preparePages(services: Services): Promise<Part & { readonly handle: RequestHandler }> {
  provideServices(services);
  const development = isDevelopment();
  const setClientAddress = clientAddressSetter(services.config.trustedProxies);
  const app = next({ dev: development, dir: installationDirectory() });
  await app.prepare();
  const handleRequest = app.getRequestHandler();
  return {
    handle(request, response) {
      if (isForged(request)) {
        refuseForged(response);
        return Promise.resolve();
      }
      setClientAddress(request);
      setSecurityHeaders(request, response, development);
      return handleRequest(request, response);
    },
    stop: () => app.close(),
  };
}
