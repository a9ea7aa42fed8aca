import { join, resolve } from "node:path";
import { Command, Option } from "commander";
import { loadConfig } from "#lib/config/config";
import type { CrashId } from "#lib/core/crash-id";
import { processingApi } from "#lib/crash-data/processing-api";
import { RULESET_NAMES } from "#lib/processor/rulesets";
import { givenCrashIds, IDS_ARGUMENT } from "../crash-ids";
import { EXIT_CODES, positiveNumber } from "../each-crash";
import { openJournal } from "../journal";
import { apiHost, apiOptions, HOST_OPTION } from "../open-api";
import {
  findCrashes,
  parseQuery,
  parseSeconds,
  QUERY_OPTION,
  queueCrashes,
  refuseIdsAndQuery,
  untilInterrupted,
} from "../queue-crashes";

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
    .option("--query <search>", QUERY_OPTION, parseQuery)
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
  refuseIdsAndQuery(given, query);
  const host = apiHost(options.host, config);
  await untilInterrupted(async (signal) => {
    const api = processingApi(apiOptions(host, config, signal));
    const ids = query ? await findCrashes(api, query) : await givenCrashIds(given);
    const asked = [host, options.ruleset, ...(query ? [query.toString()] : [...ids].sort())];
    const journal = await openJournal(join(resolve(config.dataDirectory), "reprocessing"), asked);
    if (options.restart) await journal.remove();
    const done = options.restart ? new Set<CrashId>() : journal.done;
    await queueCrashes(ids, { api, journal, done, options, signal });
  });
}
