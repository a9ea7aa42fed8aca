import { tmpdir } from "node:os";
import { resolve } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { loadConfig } from "#lib/config/config";
import type { CrashId } from "#lib/core/crash-id";
import { dumpName } from "#lib/core/crash";
import { BadArgument } from "#lib/core/errors";
import { crashFiles } from "#lib/crash-data/crash-files";
import { crashFolder } from "#lib/crash-data/crash-folder";
import { copyCrash, type CrashSource } from "#lib/crashstorage/copy-crash";
import { openCrashStorage } from "#lib/crashstorage/registry";
import { parseQueueName, type CrashQueue } from "#lib/queue/queue";
import { openCrashQueue } from "#lib/queue/registry";
import { givenCrashIds, type CrashIds } from "../crash-ids";
import { eachCrash, withManyOptions, type ManyOptions } from "../each-crash";

interface PutCrashOptions extends ManyOptions {
  readonly raw?: string;
  readonly dump: ReadonlyMap<string, string>;
  readonly to?: string;
  readonly queue?: string | true;
}

/** `crash-stats put-crash`: crashes of a folder, or one of single files, into a crash storage. */
export function putCrashCommand(): Command {
  const command = new Command("put-crash")
    .description(
      "put crashes into the crash storage: those of a folder that fetch-crash-data made, or one of single files; each is read back",
    )
    .argument("[folder]", "in either layout of fetch-crash-data")
    .argument("[ids...]", "crash ids, with or without bp-; all of the folder unless given")
    .option("--raw <file>", "the raw crash, JSON with the crash id as uuid, in place of a folder")
    .option("--dump <name=file>", "with --raw, any number of times: a dump", addDump, new Map())
    .option("--to <storage>", "as CRASHSTORAGE is written; that setting unless given")
    .option(
      "--queue [name]",
      "have the crashes processed: put their ids into a queue, standard unless named",
    );
  return withManyOptions(command).action(putCrash);
}

async function putCrash(
  folder: string | undefined,
  given: readonly string[],
  options: PutCrashOptions,
): Promise<void> {
  const { config } = loadConfig();
  const name = parseQueueName(
    options.queue === true || options.queue === undefined ? "standard" : options.queue,
  );
  const { from, ids } = await sourceOf(folder, given, options);
  const to = await openCrashStorage(options.to ?? config.crashStorage, config);
  const queue: CrashQueue | null =
    options.queue === undefined
      ? null
      : await openCrashQueue(config.crashQueueUrl, resolve(config.dataDirectory));
  try {
    await eachCrash({
      ...options,
      title: "Putting crashes",
      ids,
      outcomes: ["copied", "there already"],
      async work(id) {
        const outcome = await copyCrash(id, { from, to, temporaryDirectory: tmpdir() });
        await queue?.publish(name, [{ id, ruleset: "default" }]);
        return outcome;
      },
    });
  } finally {
    await queue?.close();
    await to.close();
  }
}

async function sourceOf(
  folder: string | undefined,
  given: readonly string[],
  { raw, dump }: PutCrashOptions,
): Promise<{ readonly from: CrashSource; readonly ids: CrashIds }> {
  if (raw !== undefined) {
    if (folder !== undefined) throw new BadArgument("Give a folder or --raw, not both.");
    const { id, source } = await crashFiles({ raw, dumps: dump });
    return { from: source, ids: { items: [id], total: 1 } };
  }
  if (folder === undefined) throw new BadArgument("Give a folder, or the file of a raw crash with --raw.");
  if (dump.size > 0) throw new BadArgument("--dump goes with --raw; a folder has its own dumps.");
  const from = crashFolder(folder);
  const ids: readonly CrashId[] = given.length > 0 ? await givenCrashIds(given) : [];
  return {
    from,
    ids: ids.length > 0 ? { items: ids, total: ids.length } : { items: from.crashIds(), total: null },
  };
}

function addDump(text: string, before: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const [, name, path] = /^([^=]*)=(.+)$/s.exec(text) ?? [];
  if (name === undefined || path === undefined)
    throw new InvalidArgumentError("It must be NAME=FILE, such as upload_file_minidump=crash.dmp.");
  return new Map([...before, [dumpName(name), path]]);
}
