import { randomUUID } from "node:crypto";
import { join, resolve } from "node:path";
import { Command } from "commander";
import { loadConfig } from "#lib/config/config";
import { parseCrashId, type CrashId } from "#lib/core/crash-id";
import { BadArgument } from "#lib/core/errors";
import { processingApi, type ProcessingApi, type TriedGrouping } from "#lib/crash-data/processing-api";
import { compareSiglists, type SignatureFlow } from "#lib/signature/compare-siglists";
import { loadSiglists, readSiglists } from "#lib/signature/siglist-files";
import type { SiglistTexts } from "#lib/signature/siglists";
import { comparisonText } from "../comparison-text";
import { givenCrashIds, IDS_ARGUMENT } from "../crash-ids";
import { EXIT_CODES, positiveNumber } from "../each-crash";
import { openJournal } from "../journal";
import { apiHost, apiOptions, HOST_OPTION } from "../open-api";
import { progress } from "../progress";
import {
  findCrashes,
  parseQuery,
  parseSeconds,
  QUERY_OPTION,
  queueCrashes,
  refuseIdsAndQuery,
  untilInterrupted,
} from "../queue-crashes";
import { keptPlan, type RegroupPlan } from "../regroup-plan";

interface RegroupOptions {
  readonly new?: string;
  readonly query?: URLSearchParams;
  readonly host?: string;
  readonly apply?: boolean;
  readonly chunk: number;
  readonly sleep: number;
  readonly restart?: boolean;
  readonly json?: boolean;
}

/** `crash-stats regroup`: what signature lists change of stored crashes; then changes it. */
export function regroupCommand(): Command {
  return new Command("regroup")
    .description(
      "make the signatures of a server's stored crashes by other signature lists and print which are moved, split and merged; with --apply old signatures become redirects, and the crashes that change are processed again; the setting CRASHSTATS_API_TOKEN says who asks, who must have the permission reprocess_crashes",
    )
    .argument("[ids...]", IDS_ARGUMENT)
    .option("--new <folder>", "folder of the lists; the one of the setting SIGLISTS_DIR unless given")
    .option("--query <search>", QUERY_OPTION, parseQuery)
    .option("--host <url>", HOST_OPTION)
    .option("--apply", "do it; the server must use these lists already")
    .option("--chunk <number>", "crashes that are queued in one request", positiveNumber, 100)
    .option("--sleep <seconds>", "how long to wait after each of these requests", parseSeconds, 0)
    .option("--restart", "begin anew instead of where the same command was interrupted")
    .option("--json", "print JSON")
    .addHelpText("after", EXIT_CODES)
    .action(regroup);
}

async function regroup(given: readonly string[], options: RegroupOptions): Promise<void> {
  refuseTwoChoices(given, options);
  const { config } = loadConfig();
  const { query } = options;
  const directory = options.new ?? config.siglistsDirectory;
  await loadSiglists(directory);
  const siglists = await readSiglists(directory);
  const host = apiHost(options.host, config);
  await untilInterrupted(async (signal) => {
    const api = processingApi(apiOptions(host, config, signal));
    const asked = query ? [query.toString()] : await givenCrashIds(given);
    const idsOf = async () => (query ? await findCrashes(api, query) : await givenCrashIds(asked));
    const work = { api, siglists, idsOf, signal };
    if (options.apply) {
      const folder = join(resolve(config.dataDirectory), "regrouping");
      await apply(work, { folder, asked: [host, ...Object.values(siglists), ...asked] }, options);
    } else await show(work, options.json ?? false);
  });
}

function refuseTwoChoices(given: readonly string[], { query, json, apply: isApplied }: RegroupOptions): void {
  refuseIdsAndQuery(given, query);
  if (json && isApplied)
    throw new BadArgument("--json prints what --apply would do: give one of them. Nothing was done.");
}

interface Work {
  readonly api: ProcessingApi;
  readonly siglists: SiglistTexts;
  readonly idsOf: () => Promise<readonly CrashId[]>;
  readonly signal: AbortSignal;
}

async function show(work: Work, json: boolean): Promise<void> {
  const { comparing } = await tryAll(work);
  const result = comparing.result();
  process.stdout.write(json ? `${JSON.stringify(result, null, 2)}\n` : comparisonText(result));
  process.stderr.write("Nothing was changed; --apply does it, when the server uses these lists.\n");
}

/** Everything that can be found out only before is on the disk before anything is changed. */
async function apply(
  work: Work,
  { folder, asked }: { readonly folder: string; readonly asked: readonly string[] },
  options: RegroupOptions,
): Promise<void> {
  const { api, siglists, signal } = work;
  const [kept, journal] = [keptPlan(folder, asked), await openJournal(folder, asked)];
  await api.makeKnown({ name: "none", siglists, moves: [] });
  const interrupted = options.restart ? null : await kept.read();
  if (!interrupted) await journal.remove();
  const plan = interrupted ?? (await makePlan(work));
  if (interrupted) process.stderr.write("Going on with the regrouping that was interrupted.\n");
  else await kept.write(plan);
  const { redirects, bugs } = await api.makeKnown({ name: plan.name, siglists, moves: plan.moves });
  process.stdout.write(
    `${redirects} redirects from old signatures are kept; ${bugs} associations with bugs were added\n`,
  );
  const { chunk, sleep } = options;
  const isAllQueued = await queueCrashes(plan.ids, {
    api,
    journal,
    done: interrupted ? journal.done : new Set(),
    options: { ruleset: "regenerate_signature", chunk, sleep },
    signal,
  });
  // Last: without its plan, what the journal says would be taken for what another plan has done.
  if (isAllQueued) await kept.remove();
}

async function makePlan(work: Work): Promise<RegroupPlan> {
  const { comparing, ids } = await tryAll(work);
  process.stdout.write(comparisonText(comparing.result()));
  return { name: randomUUID(), moves: movesOf(comparing.flows()), ids };
}

/** All of the signatures that lose crashes, so that it is known which of them lose all. */
function movesOf(flows: readonly SignatureFlow[]): RegroupPlan["moves"] {
  const losing = new Set(flows.flatMap((flow) => (flow.old === flow.new ? [] : [flow.old])));
  return flows
    .filter((flow) => losing.has(flow.old))
    .map((flow) => ({ signature: flow.old, new_signature: flow.new, crashes: flow.crashes }));
}

const TRIED_AT_ONCE = 250;

/** What becomes of all crashes, and the ids of those that get another signature. */
async function tryAll({ api, siglists, idsOf, signal }: Work) {
  const ids = await idsOf();
  const comparing = compareSiglists();
  const changed: CrashId[] = [];
  const bar = progress("Grouping crashes", ids.length);
  let unprocessed = 0;
  try {
    for (let start = 0; start < ids.length; start += TRIED_AT_ONCE) {
      signal.throwIfAborted();
      const tried = await api.tryGrouping(ids.slice(start, start + TRIED_AT_ONCE), siglists);
      for (const hit of tried.hits)
        comparing.add({ name: hit.crash_id, old: hit.signature, new: hit.new_signature });
      changed.push(...changedOf(tried));
      unprocessed += tried.unprocessed.length;
      bar.to(Math.min(start + TRIED_AT_ONCE, ids.length));
    }
  } finally {
    bar.stop();
  }
  if (unprocessed > 0) process.stderr.write(`${unprocessed} crashes are not processed, and left out.\n`);
  return { comparing, ids: changed };
}

function changedOf({ hits }: TriedGrouping): readonly CrashId[] {
  return hits
    .filter(({ signature, new_signature }) => signature !== new_signature)
    .flatMap(({ crash_id }) => parseCrashId(crash_id) ?? []);
}
