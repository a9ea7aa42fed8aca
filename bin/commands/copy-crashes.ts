import { tmpdir } from "node:os";
import { Command } from "commander";
import { loadConfig } from "#lib/config/config";
import { isDay } from "#lib/core/crash-id";
import { BadArgument } from "#lib/core/errors";
import { copyCrash, moveCrash, refuseLossyMove, type CopyOutcome } from "#lib/crashstorage/copy-crash";
import { foundOrNull } from "#lib/crashstorage/found-or-null";
import { openCrashStorage } from "#lib/crashstorage/registry";
import type { CrashStorage } from "#lib/crashstorage/storage";
import { listCrashes } from "#lib/crashstorage/store-tree";
import { givenCrashIds, IDS_ARGUMENT, type CrashIds } from "../crash-ids";
import { eachCrash, withManyOptions, type ManyOptions } from "../each-crash";

interface Choice {
  readonly all?: boolean;
  readonly day?: string;
  readonly new?: boolean;
}

interface CopyCrashesOptions extends Choice, ManyOptions {
  readonly from?: string;
  readonly to: string;
  readonly move?: boolean;
  readonly verify?: boolean;
}

/** `crash-stats copy-crashes`: crashes from one store to another. */
export function copyCrashesCommand(): Command {
  const command = new Command("copy-crashes")
    .description(
      "copy or move crashes from one crash storage to another and read each copy back; what is there already is left alone, so a copy that was broken off is simply run again",
    )
    .argument("[ids...]", IDS_ARGUMENT)
    .option("--from <storage>", "as CRASHSTORAGE is written; that setting unless given")
    .requiredOption("--to <storage>", "as CRASHSTORAGE is written")
    .option("--all", "every crash of a storage that can list its crashes, in place of ids")
    .option("--day <date>", "every crash of a day, written YYYY-MM-DD, in place of ids")
    .option("--new", "with --move: the crashes that a dated storage has as new, in place of ids")
    .option("--move", "remove each crash from where it was, after all of its copy was read back")
    .option("--verify", "read the dumps of copies that are there already, too");
  return withManyOptions(command).action(copyCrashes);
}

async function copyCrashes(given: readonly string[], options: CopyCrashesOptions): Promise<void> {
  const { config } = loadConfig();
  refuseTwoChoices(given, options);
  const from = await openCrashStorage(options.from ?? config.crashStorage, config);
  const to = await openCrashStorage(options.to, config);
  const [move, temporaryDirectory] = [options.move ?? false, tmpdir()];
  try {
    if (move) refuseLossyMove(from, to);
    await eachCrash({
      ...options,
      title: move ? "Moving crashes" : "Copying crashes",
      ids: await chosen(given, from, options),
      outcomes: ["copied", "there already"],
      async work(id): Promise<CopyOutcome | "never saved to the end"> {
        if (!move) return copyCrash(id, { from, to, temporaryDirectory, verify: options.verify ?? false });
        const moving = moveCrash(id, { from, to, temporaryDirectory });
        return options.new ? ((await foundOrNull(moving)) ?? "never saved to the end") : moving;
      },
    });
  } finally {
    await Promise.all([from.close(), to.close()]);
  }
}

function refuseTwoChoices(given: readonly string[], options: Choice & { readonly move?: boolean }): void {
  const choices = [given.length > 0, options.all, options.day !== undefined, options.new];
  if (choices.filter(Boolean).length > 1)
    throw new BadArgument("Give crash ids, --all, --day or --new, only one of them.");
  if (options.new && !options.move)
    throw new BadArgument("--new wants --move: crashes that are only copied would stay new for ever.");
}

async function chosen(given: readonly string[], from: CrashStorage, choice: Choice): Promise<CrashIds> {
  if (choice.new) {
    if (!from.peekNewCrashes)
      throw new BadArgument(
        `${from.name} does not tell new crashes from old. --new wants fs-dated-radix-tree or fs-legacy-dated-radix-tree.`,
      );
    return { items: from.peekNewCrashes(), total: null };
  }
  if (choice.all) return { items: listCrashes(from, null), total: null };
  if (choice.day !== undefined) return { items: listCrashes(from, dayOf(choice.day)), total: null };
  const ids = await givenCrashIds(given);
  return { items: ids, total: ids.length };
}

function dayOf(text: string): string {
  if (!isDay(text)) throw new BadArgument(`--day: "${text}" is not a day, such as 2026-11-20.`);
  return text.replaceAll("-", "");
}
