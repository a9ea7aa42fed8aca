import { appendFile } from "node:fs/promises";
import { Command } from "commander";
import { loadConfig } from "#lib/config/config";
import type { Config } from "#lib/config/settings";
import { BadSetting, hasCode } from "#lib/core/errors";
import { removeCrash, type RemovalReceipt } from "#lib/middleware/remove-crash";
import { createLog } from "#lib/monitoring/log";
import { openServices, type OpenServices } from "#lib/server/open-services";
import { isConfirmed } from "../confirmation";
import { givenCrashIds, IDS_ARGUMENT } from "../crash-ids";
import { EXIT_CODES } from "../each-crash";

interface RemoveCrashOptions {
  readonly yes?: boolean;
  readonly receipt?: string;
}

/** `crash-stats remove-crash`: crashes out of everything, with a receipt. */
export function removeCrashCommand(): Command {
  return new Command("remove-crash")
    .description(
      "remove crashes for good from every store of the crash storage, the queue, the search index and the database, and print a receipt, a line of JSON for each crash; the server must not be running where it has its index or database in the data folder",
    )
    .argument("[ids...]", IDS_ARGUMENT)
    .option("--yes", "do not ask; needed where nobody can be asked")
    .option("--receipt <file>", "add the receipt to a file, too")
    .addHelpText("after", EXIT_CODES)
    .action(removeCrashes);
}

async function removeCrashes(given: readonly string[], { yes, receipt }: RemoveCrashOptions): Promise<void> {
  const { config } = loadConfig();
  const ids = await givenCrashIds(given);
  const what = ids.length === 1 ? "this crash" : `these ${ids.length} crashes`;
  if (!yes && !(await isConfirmed(`Remove ${what} for good?`))) {
    process.stderr.write("Nothing was removed.\n");
    process.exitCode = 1;
    return;
  }
  const open = await openNothingElseHas(config);
  try {
    for (const id of ids) {
      const line = await removeCrash(id, open.services, () => new Date());
      await print(line, receipt);
      if (!line.complete) process.exitCode = 1;
    }
  } finally {
    await open.close();
  }
}

/** The embedded index and database belong to the server that has them open. */
async function openNothingElseHas(config: Config): Promise<OpenServices> {
  try {
    return await openServices(config, createLog(config.logLevel));
  } catch (error) {
    if (hasCode(error, "bad_setting"))
      throw new BadSetting(`${error.message} Nothing was removed.`, { cause: error });
    throw error;
  }
}

async function print(line: RemovalReceipt, file: string | undefined): Promise<void> {
  const text = `${JSON.stringify(line)}\n`;
  process.stdout.write(text);
  if (file !== undefined) await appendFile(file, text);
  for (const { store, outcome, reason = "" } of line.stores)
    if (outcome === "failed" || outcome === "not possible")
      process.stderr.write(`${line.crash_id}: ${store}: ${outcome}: ${reason}\n`);
}
