import { resolve } from "node:path";
import { Command } from "commander";
import { loadConfig } from "#lib/config/config";
import { planStorage, storageTree } from "#lib/crashstorage/plan";

/** `crash-stats storage`: the crash storage that the settings describe. */
export function storageCommand(): Command {
  const tree = new Command("tree")
    .description("print the stores and containers of the setting CRASHSTORAGE as a tree")
    .action(() => {
      const { config } = loadConfig();
      process.stdout.write(storageTree(planStorage(config.crashStorage, resolve(config.dataDirectory))));
    });
  return new Command("storage").description("look at the crash storage").addCommand(tree);
}
