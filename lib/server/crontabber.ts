import { setTimeout as delay } from "node:timers/promises";
import { scheduledJobs } from "#lib/crontabber/registry";
import { crontabberHealth, monitoringAnswer } from "#lib/crontabber/health";
import { runDueJobs, statesByName, type Crontabber } from "#lib/crontabber/runner";
import { databaseJobStates } from "#lib/db/crontabber";
import type { Services } from "#lib/services";
import type { Routes } from "./http-server";

/** The scheduled jobs of the settings over open services. Throws BadSetting for a list of jobs that cannot be used. */
export function crontabberOf(services: Services): Crontabber {
  const { config, database, log } = services;
  return {
    jobs: scheduledJobs(config),
    states: databaseJobStates(database),
    services,
    lockSeconds: config.crontabberLockSeconds,
    now: () => new Date(),
    log: log.child({ part: "crontabber" }),
  };
}

/**
 * Runs what is due, waits so many seconds, and again, until it is stopped. Stopping lets the job at work end, which is
 * told to by its signal.
 */
export function startCrontabber(crontabber: Crontabber, intervalSeconds: number): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const { signal } = stopping;
  const running = (async () => {
    while (!signal.aborted) {
      await runDueJobs(crontabber, signal).catch((error: unknown) => {
        crontabber.log.error({ err: error }, "scheduled jobs could not be run");
      });
      await delay(intervalSeconds * 1000, undefined, { signal }).catch(() => undefined);
    }
  })();
  return {
    async stop() {
      stopping.abort(new Error("The scheduler stops."));
      await running;
    },
  };
}

/** `/monitoring/crontabber/`: ALLGOOD, or which jobs failed, wait for those, or are run by nobody. */
export function crontabberRoutes({ jobs, states, now }: Crontabber): Routes["plain"] {
  return new Map([
    [
      "/monitoring/crontabber",
      async (_request, response) => {
        const answer = monitoringAnswer(crontabberHealth(jobs, await statesByName(states), now()));
        response.writeHead(answer.status === "ALLGOOD" ? 200 : 503, {
          "Content-Type": "application/json",
          "Cache-Control": "no-store",
        });
        response.end(JSON.stringify(answer));
      },
    ],
  ]);
}
