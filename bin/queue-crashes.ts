import { setTimeout as delay } from "node:timers/promises";
import { InvalidArgumentError } from "commander";
import type { CrashId } from "#lib/core/crash-id";
import { BadArgument } from "#lib/core/errors";
import type { ProcessingApi } from "#lib/crash-data/processing-api";
import { interruptible } from "./each-crash";
import type { Journal } from "./journal";
import { progress } from "./progress";

/** How the option `--query` is described everywhere. */
export const QUERY_OPTION =
  "crashes that Super Search finds: its parameters, or the address of a search page";

/** Throws BadArgument for crash ids beside a query. */
export function refuseIdsAndQuery(given: readonly string[], query: URLSearchParams | undefined): void {
  if (query && given.length > 0) throw new BadArgument("Give either crash ids or --query. Nothing was done.");
}

/** Does what the first SIGINT or SIGTERM interrupts, and the same command again goes on with. Sets the exit code then. */
export async function untilInterrupted(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const { signal, end } = interruptible();
  try {
    await work(signal);
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    end();
  }
  if (!signal.aborted) return;
  process.stderr.write("Interrupted. The same command again does the rest; with --restart it begins anew.\n");
  process.exitCode = 130;
}

/** The ids of all crashes that a search finds. */
export async function findCrashes(api: ProcessingApi, query: URLSearchParams): Promise<readonly CrashId[]> {
  const bar = progress("Finding crashes", null);
  try {
    return await api.find(query, (count) => bar.to(count));
  } finally {
    bar.stop();
  }
}

/** How crashes are queued. */
export interface Queueing {
  readonly api: ProcessingApi;
  readonly journal: Journal;
  /** Queued by an earlier run. */
  readonly done: ReadonlySet<CrashId>;
  readonly options: {
    readonly ruleset: string;
    /** Crashes in one request. */
    readonly chunk: number;
    /** Seconds after each request. */
    readonly sleep: number;
  };
  readonly signal: AbortSignal;
}

/**
 * Has crashes processed again, but those that are done. What a request has begun is finished when it is interrupted: it
 * stands in the journal, which is removed when all are queued. Says whether they are.
 */
export async function queueCrashes(
  ids: readonly CrashId[],
  { api, journal, done, options: { ruleset, chunk, sleep }, signal }: Queueing,
): Promise<boolean> {
  const rest = ids.filter((id) => !done.has(id));
  const before = ids.length - rest.length;
  if (before > 0) process.stderr.write(`${before} were queued by the run that was interrupted.\n`);
  const bar = progress("Queueing crashes", ids.length);
  let queued = 0;
  try {
    for (let start = 0; start < rest.length && !signal.aborted; start += chunk) {
      const some = rest.slice(start, start + chunk);
      await api.reprocess(some, ruleset);
      await journal.add(some);
      queued += some.length;
      bar.to(before + queued);
      if (sleep > 0 && start + chunk < rest.length)
        await delay(sleep * 1000, undefined, { signal }).catch(() => undefined);
    }
  } finally {
    bar.stop();
    process.stdout.write(`${queued} put into reprocessing\n`);
  }
  if (queued < rest.length) return false;
  await journal.remove();
  return true;
}

/** Parameters of Super Search, alone or in the address of a page. */
export function parseQuery(text: string): URLSearchParams {
  const query = new URLSearchParams(URL.canParse(text) ? new URL(text).search : text);
  if ([...query].length === 0)
    throw new InvalidArgumentError("It must be parameters such as 'product=Firefox&date=>=2026-11-01'.");
  return query;
}

/** Seconds, also parts of one. */
export function parseSeconds(text: string): number {
  if (!/^\d{1,5}(\.\d+)?$/.test(text)) throw new InvalidArgumentError("It must be seconds, such as 0.5.");
  return Number(text);
}
