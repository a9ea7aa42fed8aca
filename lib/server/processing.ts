import type { Metrics } from "#lib/monitoring/metrics";
import { ownDirectory } from "#lib/files/own-directory";
import { processingDirectory } from "#lib/processor/processing-directory";
import type { Processor } from "#lib/processor/processor";
import type { HealthChecks } from "./health";
import type { OpenServices } from "./open-services";
import { startProcessorWorkers } from "./processor-workers";
import { awaitStackwalker } from "./unwalked-crashes";

/** The processing part of a process, before and after it has started. */
export interface Processing {
  /** Rejects when nothing can be processed any longer. */
  readonly checks: HealthChecks;
  readonly start: (metrics: Metrics) => Promise<{ stop(): Promise<void> }>;
}

/** Processes crashes from its start until it is stopped. */
export function processing({ services, dataDirectory }: OpenServices): Processing {
  let processor: Processor | null = null;
  return {
    checks: {
      processor: () =>
        processor?.isRunning() === false
          ? Promise.reject(new Error("the queue cannot be read"))
          : Promise.resolve(),
    },
    async start(metrics) {
      await ownDirectory(processingDirectory(dataDirectory));
      const running = startProcessorWorkers(services, metrics);
      processor = running;
      const stopWaiting = awaitStackwalker(services);
      return {
        stop() {
          stopWaiting();
          return running.stop();
        },
      };
    },
  };
}
