import { tmpdir } from "node:os";
import { Command } from "commander";
import { loadConfig } from "#lib/config/config";
import { checkEveryStore, type StoreCheck } from "#lib/crashstorage/check-storage";
import { planStorage, storageTree } from "#lib/crashstorage/plan";
import { openCrashStorage } from "#lib/crashstorage/registry";
import { EXIT_CODES } from "../each-crash";

/** `crash-stats storage`: the crash storage that the settings describe. */
export function storageCommand(): Command {
  const tree = new Command("tree")
    .description("print the stores and containers of the setting CRASHSTORAGE as a tree")
    .action(printTree);
  const check = new Command("check")
    .description(
      "take a made-up crash through everything the crash storage can do, then through each store in it by itself, and remove it again",
    )
    .option("--json", "print JSON")
    .addHelpText("after", EXIT_CODES)
    .action(checkRoundTrip);
  return new Command("storage").description("look at the crash storage").addCommand(tree).addCommand(check);
}

function printTree(): void {
  const { config } = loadConfig();
  process.stdout.write(storageTree(planStorage(config.crashStorage, config)));
}

async function checkRoundTrip({ json }: { readonly json?: boolean }): Promise<void> {
  const { config } = loadConfig();
  const storage = await openCrashStorage(config.crashStorage, config);
  const checks: StoreCheck[] = [];
  try {
    for await (const check of checkEveryStore(storage, tmpdir())) {
      checks.push(check);
      if (!json) print(check);
    }
  } finally {
    await storage.close();
  }
  if (json) process.stdout.write(`${JSON.stringify(checks)}\n`);
  if (checks.some(({ failure }) => failure !== null)) process.exitCode = 1;
}

function print({ store, keeps, steps, failure }: StoreCheck): void {
  process.stdout.write(`${store}  keeps ${keeps.join(", ") || "nothing"}\n`);
  for (const { what, seconds } of steps)
    process.stdout.write(`  ✓ ${what} (${(seconds * 1000).toFixed(0)} ms)\n`);
  if (failure !== null) process.stderr.write(`  ✗ ${store}: ${failure}\n`);
}
