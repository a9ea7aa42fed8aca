import { join, resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { Command, InvalidArgumentError, Option } from "commander";
import { loadConfig } from "#lib/config/config";
import type { CrashId } from "#lib/core/crash-id";
import { BadArgument } from "#lib/core/errors";
import { processingApi, type ProcessingApi } from "#lib/crash-data/processing-api";
import { RULESET_NAMES } from "#lib/processor/rulesets";
import { givenCrashIds, IDS_ARGUMENT } from "../crash-ids";
import { EXIT_CODES, interruptible, positiveNumber } from "../each-crash";
import { openJournal, type Journal } from "../journal";
import { apiHost, HOST_OPTION } from "../open-api";
import { progress } from "../progress";

interface ReprocessOptions {
  readonly query?: URLSearchParams;
  readonly host?: string;
  readonly ruleset: string;
  readonly chunk: number;
  readonly sleep: number;
  readonly restart?: boolean;
}

/** `crash-stats reprocess`: has a server process crashes again, by id or by search. */
export function reprocessCommand(): Command {
  return new Command("reprocess")
    .description(
      "have a server process crashes again: those of ids, or all that a search finds, however many; the setting CRASHSTATS_API_TOKEN says who asks, who must have the permission reprocess_crashes",
    )
    .argument("[ids...]", IDS_ARGUMENT)
    .option(
      "--query <search>",
      "crashes that Super Search finds: its parameters, or the address of a search page",
      parseQuery,
    )
    .option("--host <url>", HOST_OPTION)
    .addOption(
      new Option("--ruleset <name>", "by which they are processed").choices(RULESET_NAMES).default("default"),
    )
    .option("--chunk <number>", "crashes in one request", positiveNumber, 100)
    .option("--sleep <seconds>", "how long to wait after each request", parseSeconds, 0)
    .option("--restart", "begin anew instead of where the same command was interrupted")
    .addHelpText("after", EXIT_CODES)
    .action(reprocess);
}

async function reprocess(given: readonly string[], options: ReprocessOptions): Promise<void> {
  const { config } = loadConfig();
  const { query } = options;
  if (query && given.length > 0) throw new BadArgument("Give either crash ids or --query. Nothing was done.");
  const host = apiHost(options.host, config);
  const interruption = interruptible();
  const { signal } = interruption;
  try {
    const api = processingApi({ host, token: config.apiToken === "" ? null : config.apiToken, signal });
    const ids = query ? await find(api, query) : await givenCrashIds(given);
    const asked = [host, options.ruleset, ...(query ? [query.toString()] : [...ids].sort())];
    const journal = await openJournal(join(resolve(config.dataDirectory), "reprocessing"), asked);
    if (options.restart) await journal.remove();
    const done = options.restart ? new Set<CrashId>() : journal.done;
    await queueAll(ids, { api, journal, done, options, signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    interruption.end();
  }
  if (!signal.aborted) return;
  process.stderr.write("Interrupted. The same command again does the rest; with --restart it begins anew.\n");
  process.exitCode = 130;
}

async function find(api: ProcessingApi, query: URLSearchParams): Promise<readonly CrashId[]> {
  const bar = progress("Finding crashes", null);
  try {
    return await api.find(query, (count) => bar.to(count));
  } finally {
    bar.stop();
  }
}

interface Queueing {
  readonly api: ProcessingApi;
  readonly journal: Journal;
  readonly done: ReadonlySet<CrashId>;
  readonly options: Pick<ReprocessOptions, "ruleset" | "chunk" | "sleep">;
  readonly signal: AbortSignal;
}

/** What a request has begun is finished when it is interrupted: it stands in the journal. */
async function queueAll(
  ids: readonly CrashId[],
  { api, journal, done, options: { ruleset, chunk, sleep }, signal }: Queueing,
): Promise<void> {
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
  if (queued === rest.length) await journal.remove();
}

/** Parameters of Super Search, alone or in the address of a page. */
function parseQuery(text: string): URLSearchParams {
  const query = new URLSearchParams(URL.canParse(text) ? new URL(text).search : text);
  if ([...query].length === 0)
    throw new InvalidArgumentError("It must be parameters such as 'product=Firefox&date=>=2026-11-01'.");
  return query;
}

function parseSeconds(text: string): number {
  if (!/^\d{1,5}(\.\d+)?$/.test(text)) throw new InvalidArgumentError("It must be seconds, such as 0.5.");
  return Number(text);
}
