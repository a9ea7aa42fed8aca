import { tmpdir } from "node:os";
import { Command } from "commander";
import { loadConfig } from "#lib/config/config";
import { isAppError } from "#lib/core/errors";
import { checkStorage } from "#lib/crashstorage/check-storage";
import { planStorage, storageTree } from "#lib/crashstorage/plan";
import { openCrashStorage } from "#lib/crashstorage/registry";

/** `crash-stats storage`: the crash storage that the settings describe. */
export function storageCommand(): Command {
  const tree = new Command("tree")
    .description("print the stores and containers of the setting CRASHSTORAGE as a tree")
    .action(printTree);
  const check = new Command("check")
    .description("take a made-up crash through everything the crash storage can do, and remove it again")
    .action(checkRoundTrip);
  return new Command("storage").description("look at the crash storage").addCommand(tree).addCommand(check);
}

function printTree(): void {
  const { config } = loadConfig();
  process.stdout.write(storageTree(planStorage(config.crashStorage, config)));
}

async function checkRoundTrip(): Promise<void> {
  const { config } = loadConfig();
  const storage = await openCrashStorage(config.crashStorage, config);
  try {
    for await (const { what, seconds } of checkStorage(storage, tmpdir()))
      process.stdout.write(`✓ ${what} (${(seconds * 1000).toFixed(0)} ms)\n`);
  } catch (error) {
    if (!isAppError(error)) throw error;
    process.stderr.write(`✗ ${error.name}: ${error.message}\n`);
    process.exitCode = 1;
  } finally {
    await storage.close();
  }
}
