import { collectDefaultMetrics, Gauge, Registry } from "prom-client";
import { isAppError } from "#lib/core/errors";
import { QUEUE_NAMES, type CrashQueue } from "#lib/queue/queue";

/** What a process counts, as Prometheus reads it. */
export interface Metrics {
  readonly registry: Registry;
  readonly contentType: string;
  /** Everything in Prometheus's text format. */
  text(): Promise<string>;
}

/** Metrics of a process: its memory, processor time and event loop, and how much waits in the queues. */
export function createMetrics(queue: CrashQueue): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  collectDepths(registry, queue);
  return { registry, contentType: registry.contentType, text: () => registry.metrics() };
}

function collectDepths(registry: Registry, queue: CrashQueue): void {
  const crashes = new Gauge({
    name: "crash_stats_queue_crashes",
    help: "Crashes in each queue: that wait, where the broker tells, and that this process works on.",
    labelNames: ["queue", "state"],
    registers: [registry],
    async collect() {
      crashes.reset();
      const depths = await queue.depths().catch((error: unknown) => {
        if (isAppError(error) && error.transient) return null;
        throw error;
      });
      for (const name of depths ? QUEUE_NAMES : []) {
        const { waiting = null, taken = 0 } = depths?.[name] ?? {};
        if (waiting !== null) crashes.set({ queue: name, state: "waiting" }, waiting);
        crashes.set({ queue: name, state: "taken" }, taken);
      }
    },
  });
}
