import { join, resolve } from "node:path";
import { addDays, differenceInCalendarDays, formatISO } from "date-fns";
import { UTCDate } from "@date-fns/utc";
import { Command, InvalidArgumentError } from "commander";
import { loadConfig } from "#lib/config/config";
import type { Config } from "#lib/config/settings";
import { concurrently } from "#lib/core/concurrently";
import { isDay, type CrashId } from "#lib/core/crash-id";
import { BadArgument, BadSetting, hasCode } from "#lib/core/errors";
import { planStorage, savesIntoSearchIndex, splitAtSearchIndex } from "#lib/crashstorage/plan";
import { openPlanned } from "#lib/crashstorage/registry";
import type { CrashStorage } from "#lib/crashstorage/storage";
import { listCrashes } from "#lib/crashstorage/store-tree";
import { searchDocument } from "#lib/fields/document";
import { rebuildIndex, type IndexWriter, type RebuildFailure } from "#lib/middleware/rebuild-index";
import { forgetList, listInFile, listInMemory, type RebuildList } from "#lib/middleware/rebuild-list";
import type { SearchEngine } from "#lib/search/engine";
import { openSearchEngine } from "#lib/search/registry";
import { givenCrashIds, IDS_ARGUMENT } from "../crash-ids";
import { EXIT_CODES, interruptible, positiveNumber } from "../each-crash";
import { nameOfAsked } from "../journal";
import { progress } from "../progress";

/** Of each batch, where a store takes one crash at a time. */
const SAVED_AT_ONCE = 8;

interface ReindexOptions {
  readonly all?: boolean;
  readonly from?: UTCDate;
  readonly to?: UTCDate;
  readonly jobs: number;
  readonly restart?: boolean;
  readonly json?: boolean;
}

/** `crash-stats reindex`: the search index anew from the crash storage. */
export function reindexCommand(): Command {
  return new Command("reindex")
    .description(
      "fill the search index from the processed crashes of the crash storage, without processing any anew; a run that was broken off goes on where it was when it is run again; a server with an embedded index must not be running, one with Elasticsearch may go on taking crashes",
    )
    .argument("[ids...]", IDS_ARGUMENT)
    .option("--all", "every crash of a storage that can list its crashes, in place of ids")
    .option("--from <date>", "every crash from a day on, written YYYY-MM-DD, in place of ids", day)
    .option("--to <date>", "with --from: up to a day, which is included; today unless given", day)
    .option("--jobs <number>", "batches of 500 crashes in work at the same time", positiveNumber, 2)
    .option("--restart", "begin anew, also where an earlier run was broken off")
    .option("--json", "print the summary as JSON")
    .addHelpText("after", EXIT_CODES)
    .action(reindex);
}

function day(text: string): UTCDate {
  if (!isDay(text)) throw new InvalidArgumentError("It must be a day, such as 2026-11-20.");
  return new UTCDate(`${text}T00:00:00Z`);
}

async function reindex(given: readonly string[], options: ReindexOptions): Promise<void> {
  const { config } = loadConfig();
  refuseTwoChoices(given, options);
  const open = await openParts(config);
  try {
    const list = await listOf(given, options, { config, source: open.source });
    await rebuild(list, open, options);
  } finally {
    await open.close();
  }
}

function refuseTwoChoices(given: readonly string[], { all, from, to }: ReindexOptions): void {
  if ([given.length > 0, all, from].filter(Boolean).length > 1)
    throw new BadArgument("Give crash ids, --all or --from, only one of them.");
  if (to && !from) throw new BadArgument("--to goes with --from.");
}

interface Parts {
  readonly source: CrashStorage;
  readonly writer: IndexWriter;
  close(): Promise<void>;
}

/**
 * Where a store of the crash storage keeps its crashes in the search index, they are written by that store: the engine
 * would leave out what the store alone keeps. It is never read from, since it does not keep everything.
 */
async function openParts(config: Config): Promise<Parts> {
  const plan = planStorage(config.crashStorage, config);
  const { elsewhere, searchIndex } = splitAtSearchIndex(plan, config);
  const search = await openEngine(config);
  const source = await openPlanned(elsewhere);
  const store = savesIntoSearchIndex(plan, config) ? await openPlanned(searchIndex) : null;
  const close = async () => {
    for (const each of [store, source, search]) await each?.close();
  };
  if (!source.keeps.has("processed")) {
    await close();
    throw new BadSetting(
      "CRASHSTORAGE: no store outside of the search index keeps processed crashes, so there is nothing to fill the index from.",
    );
  }
  return { source, writer: writerOf(search, store), close };
}

async function openEngine(config: Config): Promise<SearchEngine> {
  try {
    return await openSearchEngine({ ...config, dataDirectory: resolve(config.dataDirectory) });
  } catch (error) {
    if (hasCode(error, "bad_setting"))
      throw new BadSetting(`${error.message} Nothing was indexed.`, { cause: error });
    throw error;
  }
}

function writerOf(search: SearchEngine, store: CrashStorage | null): IndexWriter {
  return {
    async save(crashes) {
      if (store)
        await concurrently(crashes, { limit: SAVED_AT_ONCE }, ({ processed, raw }) =>
          store.saveProcessed(processed, raw),
        );
      else await search.index(crashes.map(({ processed, raw }) => searchDocument(processed, raw)));
    },
    remove: (ids) => search.remove(ids),
  };
}

async function listOf(
  given: readonly string[],
  { all, from, to = new UTCDate(), restart }: ReindexOptions,
  { config, source }: { readonly config: Config; readonly source: CrashStorage },
): Promise<RebuildList> {
  if (!all && !from) return listInMemory(await givenCrashIds(given));
  const days = from ? daysBetween(from, to) : null;
  const { crashStorage, elasticsearchUrl, elasticsearchIndex } = config;
  const work = [crashStorage, elasticsearchUrl, elasticsearchIndex, from?.toISOString(), days?.at(-1)];
  const name = nameOfAsked(work);
  const folder = join(resolve(config.dataDirectory), "reindex");
  if (restart) await forgetList(folder, name);
  process.stderr.write("Listing crashes …\n");
  const list = await listInFile(folder, name, () => crashesOf(source, days ?? [null]));
  if (list.doneBefore > 0)
    process.stderr.write(
      `Going on after the ${list.doneBefore} crashes of an earlier run; --restart begins anew.\n`,
    );
  return list;
}

function daysBetween(from: UTCDate, to: UTCDate): readonly string[] {
  const count = differenceInCalendarDays(to, from) + 1;
  return Array.from({ length: Math.max(count, 0) }, (_, index) =>
    formatISO(addDays(from, index), { format: "basic", representation: "date" }),
  );
}

async function* crashesOf(
  source: CrashStorage,
  days: readonly (string | null)[],
): AsyncGenerator<CrashId, void> {
  for (const each of days) yield* listCrashes(source, each);
}

async function rebuild(list: RebuildList, parts: Parts, { jobs, json }: ReindexOptions): Promise<void> {
  const counts = { indexed: 0, withoutProcessed: 0 };
  const failures: RebuildFailure[] = [];
  const { signal, end } = interruptible();
  const bar = progress("Indexing crashes", list.total);
  let done = list.doneBefore;
  try {
    await concurrently(list.batches(), { limit: jobs, signal }, async (batch) => {
      const rebuilt = await rebuildIndex(batch.ids, parts);
      counts.indexed += rebuilt.indexed;
      counts.withoutProcessed += rebuilt.withoutProcessed;
      failures.push(...rebuilt.failures);
      await list.finish(batch);
      bar.to((done += batch.ids.length));
    });
  } catch (error) {
    process.stderr.write("\nThe same command again goes on where this one was.\n");
    throw error;
  } finally {
    bar.stop();
    end();
  }
  const interrupted = signal.aborted;
  if (!interrupted) await list.remove();
  const { indexed, withoutProcessed } = counts;
  process.stdout.write(
    json
      ? `${JSON.stringify({ outcomes: { indexed, "without processed crash": withoutProcessed }, failures, interrupted })}\n`
      : `${indexed} indexed, ${withoutProcessed} without processed crash, ${failures.length} failed\n`,
  );
  for (const { crash_id, reason } of failures) process.stderr.write(`${crash_id}: ${reason}\n`);
  if (interrupted) process.stderr.write("Interrupted. The same command again goes on where this one was.\n");
  if (interrupted) process.exitCode = 130;
  else if (failures.length > 0) process.exitCode = 1;
}
