import { Command } from "commander";
import { concurrently } from "#lib/core/concurrently";
import { BadArgument } from "#lib/core/errors";
import { compareSiglists, type SiglistComparing } from "#lib/signature/compare-siglists";
import { crashDataFromProcessed, type CrashData } from "#lib/signature/crash-data";
import { generateSignature } from "#lib/signature/generate";
import { loadSiglists } from "#lib/signature/siglist-files";
import type { FetchSource } from "#lib/crash-data/fetch-crash";
import { comparisonText } from "../comparison-text";
import { givenCrashIds, type CrashIds } from "../crash-ids";
import { listsInEffect } from "../lists-in-effect";
import { HOST_OPTION, openApi } from "../open-api";
import { readCrashes } from "../read-crashes";

interface CompareOptions {
  readonly old?: string;
  readonly new: string;
  readonly host?: string;
  readonly from?: string;
  readonly all?: boolean;
  readonly json?: boolean;
}

type Compare = (name: string, crash: CrashData) => void;

const AT_A_TIME = 8;

/** `crash-stats compare-siglists`: what other signature lists would change. */
export function compareSiglistsCommand(): Command {
  return new Command("compare-siglists")
    .description(
      "make the signatures of many crashes by old and by new signature lists, and print which are moved, split and merged; crashes are read as JSON, one a line, from the standard input, or fetched by id",
    )
    .argument("[ids...]", "crash ids, with or without bp-, to fetch from a server or a crash storage")
    .option("--old <folder>", "folder of the old lists; the one of the setting SIGLISTS_DIR unless given")
    .requiredOption("--new <folder>", "folder of the new lists")
    .option("--host <url>", HOST_OPTION)
    .option("--from <storage>", "read a crash storage, as CRASHSTORAGE is written, in place of the API")
    .option("--all", "with --from: every crash of a storage that can list its crashes, in place of ids")
    .option("--json", "print JSON")
    .action(compare);
}

async function compare(ids: readonly string[], options: CompareOptions): Promise<void> {
  if (options.all && (options.from === undefined || ids.length > 0))
    throw new BadArgument("--all wants --from, and no crash ids.");
  if (options.from !== undefined && !options.all && ids.length === 0)
    throw new BadArgument("--from wants crash ids, or --all.");
  const comparing = compareSiglists();
  const add = await comparer(comparing, options);
  if (options.from !== undefined) await compareStored(options.from, options.all ? null : ids, add);
  else if (ids.length > 0) await compareServed(ids, options.host, add);
  else for await (const { name, data } of readCrashes(process.stdin, warn)) add(name, data);
  const result = comparing.result();
  process.stdout.write(options.json ? `${JSON.stringify(result, null, 2)}\n` : comparisonText(result));
}

async function comparer(comparing: SiglistComparing, options: CompareOptions): Promise<Compare> {
  const [before, after] = [await listsInEffect(options.old), await loadSiglists(options.new)];
  return (name, crash) =>
    comparing.add({
      name,
      old: generateSignature(crash, before).signature,
      new: generateSignature(crash, after).signature,
    });
}

async function compareServed(
  given: readonly string[],
  host: string | undefined,
  add: Compare,
): Promise<void> {
  const { loadConfig } = await import("#lib/config/config");
  await compareFetched(await givenCrashIds(given), openApi(host, loadConfig().config), add);
}

/** All crashes of a storage, without ids. */
async function compareStored(name: string, given: readonly string[] | null, add: Compare): Promise<void> {
  const { loadConfig } = await import("#lib/config/config");
  const { openCrashStorage } = await import("#lib/crashstorage/registry");
  const { listCrashes } = await import("#lib/crashstorage/store-tree");
  const storage = await openCrashStorage(name, loadConfig().config);
  try {
    const ids = given ? await givenCrashIds(given) : listCrashes(storage, null);
    await compareFetched(ids, storage, add);
  } finally {
    await storage.close();
  }
}

async function compareFetched(
  ids: CrashIds["items"],
  source: Pick<FetchSource, "getUnredactedProcessed">,
  add: Compare,
): Promise<void> {
  await concurrently(ids, { limit: AT_A_TIME }, async (id) => {
    try {
      add(id, crashDataFromProcessed(await source.getUnredactedProcessed(id)));
    } catch (error) {
      warn(`${id}: ${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}`);
    }
  });
}

function warn(message: string): void {
  process.stderr.write(`WARNING: ${message}\n`);
  process.exitCode = 1;
}
