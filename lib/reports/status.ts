import { statfs } from "node:fs/promises";
import { findExecutable } from "#lib/config/find-executable";
import { failedCrashes } from "#lib/db/failed-crashes";
import { hasCode } from "#lib/core/errors";
import { formatDate } from "#lib/core/time";
import { anonymous } from "#lib/core/viewer";
import type { CrashQueue, QueueDepths } from "#lib/queue/queue";
import type { MiddlewareServices } from "#lib/services";
import { ask } from "./ask";
import type { GivenUpCrash } from "./quarantine";

/** How the installation is doing. */
export interface StatusReport {
  readonly version: string;
  readonly queues: QueueDepths;
  readonly indexed: number;
  /** Crashes that arrived in the last hour and day. */
  readonly lastHour: number;
  readonly lastDay: number;
  /** The newest crashes that are searchable. */
  readonly newest: readonly {
    readonly crashId: string;
    readonly date: string;
    readonly signature: string;
    readonly product: string;
  }[];
  readonly failed: {
    readonly total: number;
    readonly newest: readonly GivenUpCrash[];
  };
  readonly parts: readonly {
    readonly name: string;
    readonly driver: string;
    readonly state: string;
    readonly healthy: boolean;
  }[];
}

const FAILED_SHOWN = 20;
const NEWEST_SHOWN = 5;

export async function statusReport(services: MiddlewareServices, now: Date): Promise<StatusReport> {
  const { superSearch: search, queue, database } = services;
  const context = { search, viewer: anonymous, now, keepSeconds: 0 };
  const since = (hours: number) => ({
    date: `>=${new Date(now.getTime() - hours * 3_600_000).toISOString()}`,
    _results_number: 0,
    _facets_size: 0,
  });
  const [queues, indexed, hour, day, newest, failed] = await Promise.all([
    depthsOf(queue),
    search.count(),
    ask(context, since(1)),
    ask(context, since(24)),
    ask(context, { _results_number: NEWEST_SHOWN, _facets_size: 0, _sort: "-date" }),
    failedCrashes(database, FAILED_SHOWN),
  ]);
  const { depths, isAway } = queues;
  const known = Object.values(depths).flatMap(({ waiting }) => waiting ?? []);
  const waiting = known.length === 0 ? null : known.reduce((sum, count) => sum + count, 0);
  return {
    version: services.version,
    queues: depths,
    indexed,
    lastHour: hour.total,
    lastDay: day.total,
    newest: newest.hits.map((hit) => ({
      crashId: shown(hit.uuid),
      date: shown(hit.date),
      signature: shown(hit.signature),
      product: shown(hit.product),
    })),
    failed: {
      total: failed.total,
      newest: failed.newest.map((crash) => ({ ...crash, failedAt: formatDate(crash.failedAt) })),
    },
    parts: await partsOf(services, {
      indexed,
      queueState: isAway ? "does not answer" : queueState(waiting),
      isAway,
    }),
  };
}

async function partsOf(
  { superSearch: search, crashData, queue, database, config }: MiddlewareServices,
  {
    indexed,
    queueState,
    isAway,
  }: { readonly indexed: number; readonly queueState: string; readonly isAway: boolean },
): Promise<StatusReport["parts"]> {
  const [stackwalker, space, products] = await Promise.all([
    findExecutable(config.stackwalkCommand),
    freeSpace(config.dataDirectory),
    database.client.product.count(),
  ]);
  return [
    {
      name: "Search",
      driver: search.name,
      state: `${indexed.toLocaleString("en")} crashes indexed`,
      healthy: true,
    },
    { name: "Crash storage", driver: crashData.name, ...space },
    {
      name: "Queue",
      driver: queue.name,
      state: queueState,
      healthy: !isAway,
    },
    {
      name: "Database",
      driver: "pglite",
      state: `${products.toLocaleString("en")} products known`,
      healthy: true,
    },
    processorPart(config.processorWorkers),
    stackwalker === null
      ? {
          name: "Stackwalker",
          driver: config.stackwalkCommand,
          state: "not installed: native crashes have no stacks",
          healthy: false,
        }
      : { name: "Stackwalker", driver: stackwalker, state: "installed", healthy: true },
  ];
}

function processorPart(workers: number): StatusReport["parts"][number] {
  if (workers === 0)
    return { name: "Processor", driver: "none", state: "switched off (PROCESSOR_WORKERS=0)", healthy: false };
  return {
    name: "Processor",
    driver: `${workers} worker${workers === 1 ? "" : "s"}`,
    state: "switched on",
    healthy: true,
  };
}

/** A queue that cannot be reached is something to report, not a reason to report nothing. */
async function depthsOf(
  queue: CrashQueue,
): Promise<{ readonly depths: QueueDepths; readonly isAway: boolean }> {
  try {
    return { depths: await queue.depths(), isAway: false };
  } catch (error) {
    if (!hasCode(error, "storage_unavailable")) throw error;
    const unknown = { waiting: null, taken: 0 };
    return { depths: { priority: unknown, standard: unknown, reprocessing: unknown }, isAway: true };
  }
}

function queueState(waiting: number | null): string {
  return waiting === null
    ? "does not tell how many crashes wait"
    : `${waiting.toLocaleString("en")} crashes wait`;
}

const LITTLE_SPACE_BYTES = 1e9;

async function freeSpace(directory: string): Promise<{ readonly state: string; readonly healthy: boolean }> {
  const { bavail, bsize } = await statfs(directory);
  const free = bavail * bsize;
  return { state: `${(free / 1e9).toFixed(1)} GB free`, healthy: free >= LITTLE_SPACE_BYTES };
}

function shown(value: unknown): string {
  return typeof value === "string" ? value : "";
}
